import type { ProxyCounters } from '../../contracts';
import { LatencyRecorder } from '../../load/latency-recorder';
import type { MeshProtocol } from '../plan/model';

type Side = ProxyCounters['side'];

/** Counters of one caller about one target, or of one node about itself. */
export class SideStats {
  requests = 0;
  connectFailures = 0;
  private readonly responses = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  private readonly latency = new LatencyRecorder();

  /** A request ended with `status` after `millis`, as the downstream side saw it. */
  finished(status: number, millis: number): void {
    this.requests += 1;
    const group = `${Math.floor(status / 100)}xx`;
    if (group in this.responses) this.responses[group as keyof typeof this.responses] += 1;
    this.latency.record(millis);
  }

  /** A tcp connection was tried; `connectMillis` when it was made. */
  connected(connectMillis: number | undefined): void {
    this.requests += 1;
    if (connectMillis === undefined) this.connectFailures += 1;
    else this.latency.record(connectMillis);
  }

  /** As the contract wants it. */
  read(side: Side, proxy: string, target: string, protocol: MeshProtocol): ProxyCounters {
    return {
      side,
      proxy,
      target,
      protocol,
      requests: this.requests,
      responses: { ...this.responses },
      connectFailures: this.connectFailures,
      latency: this.latency.histogram(),
    };
  }
}

/** Makes an entry on first use. */
export class Registry<T> {
  private readonly entries = new Map<string, T>();

  constructor(private readonly make: (key: string) => T) {}

  /** The entry of `key`. */
  of(key: string): T {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const made = this.make(key);
    this.entries.set(key, made);
    return made;
  }

  /** Known entry, or undefined; makes nothing. */
  find(key: string): T | undefined {
    return this.entries.get(key);
  }

  /** All entries so far. */
  all(): readonly [string, T][] {
    return [...this.entries];
  }

  /** Forgets an entry. */
  drop(key: string): void {
    this.entries.delete(key);
  }
}
