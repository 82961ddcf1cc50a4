import http from 'node:http';
import type { Address } from '../plan/model';

/** A value as Envoy's statistics page gives it. */
export type StatValue = number | string;

/** One histogram: how many values fell into each bin since the start. */
export interface StatHistogram {
  readonly name: string;
  readonly totals: readonly {
    readonly lower_bound: number;
    readonly width: number;
    readonly count: number;
  }[];
}

/** Everything one look at the statistics gave. */
export interface Stats {
  readonly values: ReadonlyMap<string, StatValue>;
  readonly histograms: readonly StatHistogram[];
}

interface StatsPage {
  readonly stats: readonly (
    | { readonly name: string; readonly value: StatValue }
    | { readonly histograms: { readonly details?: readonly StatHistogram[] } }
  )[];
}

/** Envoy's administration interface, on loopback. */
export class EnvoyAdmin {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

  constructor(private readonly address: Address) {}

  /** The page at `path`; rejects unless it is answered with 200 within 5 s. */
  get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = http.get({ ...this.address, path, agent: this.agent, timeout: 5000 }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`envoy answered ${response.statusCode} to ${path}: ${body.trim()}`));
        });
      });
      request.on('timeout', () => request.destroy(new Error(`envoy did not answer ${path} within 5 s`)));
      request.on('error', reject);
    });
  }

  /** Statistics whose names match `filter`, a regular expression. */
  async stats(filter: string, onlyUsed = false): Promise<Stats> {
    const used = onlyUsed ? '&usedonly' : '';
    const page = await this.get(
      `/stats?format=json&histogram_buckets=detailed${used}&filter=${encodeURIComponent(filter)}`,
    );
    const values = new Map<string, StatValue>();
    const histograms: StatHistogram[] = [];
    for (const entry of (JSON.parse(page) as StatsPage).stats) {
      if ('name' in entry) values.set(entry.name, entry.value);
      else histograms.push(...(entry.histograms.details ?? []));
    }
    return { values, histograms };
  }

  /** Closes idle connections. */
  close(): void {
    this.agent.destroy();
  }
}
