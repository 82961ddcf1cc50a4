import { createRandom } from '../../../rehearsal/headless/random';

/** Draws that only look random: the same seed gives the same ones. */
export class Random {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = createRandom(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
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
