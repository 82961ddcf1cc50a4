/** Numbers that only look random: the same seed gives the same ones (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  }

  /**
   * One of several.
   * @throws {Error} when there are none.
   */
  oneOf<T>(values: readonly T[]): T {
    if (values.length === 0) {
      throw new Error('nothing to draw from');
    }
    return values[this.below(values.length)] as T;
  }

  /** The same in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values];
    for (let last = left.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [left[last], left[other]] = [left[other] as T, left[last] as T];
    }
    return left;
  }
}
