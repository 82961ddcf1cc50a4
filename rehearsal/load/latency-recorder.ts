import type { LatencyHistogram } from '../contracts';

const SMALLEST_MILLIS = 0.1;
const GROWTH = 1.03;
const LOG_GROWTH = Math.log(GROWTH);

function binOf(millis: number): number {
  return millis <= SMALLEST_MILLIS ? 0 : Math.ceil(Math.log(millis / SMALLEST_MILLIS) / LOG_GROWTH);
}

function upperOf(bin: number): number {
  return Number((SMALLEST_MILLIS * GROWTH ** bin).toPrecision(4));
}

/** Counts latencies in bins 3 % wide, so that its size does not grow with the number of requests. */
export class LatencyRecorder {
  private readonly bins: number[] = [];
  private total = 0;

  /** Values recorded so far. */
  get count(): number {
    return this.total;
  }

  /** Takes note of one latency. */
  record(millis: number): void {
    const bin = binOf(millis);
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    this.total += 1;
  }

  /** Smallest bin bound that at least the share `q` (0–1) of values does not exceed; null without values. */
  quantile(q: number): number | null {
    let seen = 0;
    for (let bin = 0; bin < this.bins.length; bin++) {
      seen += this.bins[bin] ?? 0;
      if (this.total > 0 && seen >= q * this.total) return upperOf(bin);
    }
    return null;
  }

  /** All bins that hold something. */
  histogram(): LatencyHistogram {
    const used = [...this.bins.keys()].filter((bin) => (this.bins[bin] ?? 0) > 0);
    return { upperMillis: used.map(upperOf), counts: used.map((bin) => this.bins[bin] ?? 0) };
  }
}
