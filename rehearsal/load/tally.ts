import { LatencyRecorder } from './latency-recorder';
import type { LoadTotals, VersionTraffic } from './types';

/** How one request ended. */
export interface Outcome {
  readonly millis: number;
  readonly failed: boolean;
  readonly unexpected: boolean;
  /** Versions that the answer lists, the nearest to the data first. */
  readonly servedBy: readonly string[];
}

/** More names than this are not told apart; a server that answers with random names must not fill the memory. */
const MAX_VERSIONS = 100;
const OTHER = '(others)';

class VersionTally {
  requests = 0;
  failed = 0;
  readonly latency = new LatencyRecorder();

  read(): VersionTraffic {
    return {
      requests: this.requests,
      failed: this.failed,
      p50Millis: this.latency.quantile(0.5),
      p99Millis: this.latency.quantile(0.99),
    };
  }
}

/** Adds up outcomes. */
export class Tally {
  private readonly all = new VersionTally();
  private readonly versions = new Map<string, VersionTally>();
  private unexpected = 0;
  private dropped = 0;

  /** Counts one request. */
  add(outcome: Outcome): void {
    this.note(this.all, outcome, outcome.failed);
    if (outcome.unexpected) this.unexpected += 1;
    const [first] = outcome.servedBy;
    for (const name of new Set(outcome.servedBy)) {
      this.note(this.version(name), outcome, outcome.failed && name === first);
    }
  }

  /** Counts requests that were due but not made. */
  drop(requests: number): void {
    this.dropped += requests;
  }

  /** What it came to. */
  read(): LoadTotals {
    return {
      ...this.all.read(),
      unexpected: this.unexpected,
      dropped: this.dropped,
      byVersion: Object.fromEntries([...this.versions].map(([name, tally]) => [name, tally.read()])),
    };
  }

  private note(tally: VersionTally, outcome: Outcome, failed: boolean): void {
    tally.requests += 1;
    if (failed) tally.failed += 1;
    tally.latency.record(outcome.millis);
  }

  private version(name: string): VersionTally {
    const key = this.versions.has(name) || this.versions.size < MAX_VERSIONS ? name : OTHER;
    const known = this.versions.get(key);
    if (known !== undefined) return known;
    const made = new VersionTally();
    this.versions.set(key, made);
    return made;
  }
}
