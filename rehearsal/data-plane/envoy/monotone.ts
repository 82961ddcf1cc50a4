import type { Stats } from './admin';

class Carry {
  private last = new Map<string, number>();
  private readonly lost = new Map<string, number>();

  /** Adds to each value what was lost of it before; names that are gone keep what they had. */
  grow(now: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    for (const [name, before] of this.last) {
      if ((now.get(name) ?? 0) < before) this.lost.set(name, (this.lost.get(name) ?? 0) + before);
    }
    this.last = new Map(now);
    return this.withLost(now);
  }

  /** Everything counts from 0 again: what there was is kept, even where the next value is not smaller. */
  restarted(): void {
    for (const [name, before] of this.last) this.lost.set(name, (this.lost.get(name) ?? 0) + before);
    this.last = new Map();
  }

  private withLost(now: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const names = new Set([...now.keys(), ...this.lost.keys()]);
    return new Map([...names].map((name) => [name, (now.get(name) ?? 0) + (this.lost.get(name) ?? 0)]));
  }
}

/**
 * Envoy forgets a counter when the last listener or cluster that used it is gone: of a version with two tasks, the codes
 * that only the removed one answered. Sums over codes would fall and look like a restart; this keeps them from it.
 */
export class MonotoneStats {
  private readonly values = new Carry();
  private readonly bins = new Carry();

  /** Envoy ended: what the next one counts comes on top of what this one had when it was last looked at. */
  restarted(): void {
    this.values.restarted();
    this.bins.restarted();
  }

  /** The same statistics, none of them smaller than at the call before. */
  grow(stats: Stats): Stats {
    const values = this.values.grow(
      new Map([...stats.values].map(([name, value]) => [name, Number(value)] as const)),
    );
    const bins = this.bins.grow(
      new Map(
        stats.histograms.flatMap(({ name, totals }) =>
          totals.map((bin) => [JSON.stringify([name, bin.lower_bound, bin.width]), bin.count] as const),
        ),
      ),
    );
    const histograms = new Map<string, { lower_bound: number; width: number; count: number }[]>();
    for (const [key, count] of bins) {
      const [name, lower_bound, width] = JSON.parse(key) as [string, number, number];
      histograms.set(name, [...(histograms.get(name) ?? []), { lower_bound, width, count }]);
    }
    return { values, histograms: [...histograms].map(([name, totals]) => ({ name, totals })) };
  }
}
