import type { LatencyHistogram, ProxyCounters } from '../../contracts';
import { compoundId, type MeshProtocol, type RoutingModel } from '../plan/model';
import type { StatHistogram, Stats } from './admin';
import { ingressStatName } from './clusters';

/** Statistics that `countersFrom` reads. */
export const COUNTER_FILTER =
  '^(caller|own)\\.(rq|ms)\\.|^cluster\\..*\\.(upstream_cx_total|upstream_cx_connect_fail|upstream_cx_none_healthy|upstream_cx_connect_ms)$';

type Codes = Record<'2xx' | '3xx' | '4xx' | '5xx', number>;

function codesOf(stats: Stats, prefix: string): { readonly requests: number; readonly responses: Codes } {
  const responses: Codes = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  let requests = 0;
  for (const [name, value] of stats.values) {
    if (!name.startsWith(`${prefix}.code.`)) continue;
    const code = name.slice(prefix.length + '.code.'.length);
    const group = `${code[0]}xx`;
    // Code 0: the caller hung up before any answer; nobody saw an outcome.
    if (group === '0xx') continue;
    requests += Number(value);
    if (group in responses) responses[group as keyof Codes] += Number(value);
  }
  return { requests, responses };
}

/** Upper bound of a bin; Envoy's bins are 10 % wide or less. */
function toLatency(histogram: StatHistogram | undefined): LatencyHistogram {
  const bins = [...(histogram?.totals ?? [])].sort((a, b) => a.lower_bound - b.lower_bound);
  return {
    upperMillis: bins.map((bin) => Number((bin.lower_bound + bin.width).toPrecision(6))),
    counts: bins.map((bin) => bin.count),
  };
}

class Reader {
  private readonly histograms: ReadonlyMap<string, StatHistogram>;

  constructor(private readonly stats: Stats) {
    this.histograms = new Map(stats.histograms.map((one) => [one.name, one]));
  }

  private cluster(id: string, stat: string): number {
    return Number(this.stats.values.get(`cluster.${id}.${stat}`) ?? 0);
  }

  http(scope: 'caller' | 'own', tag: string, id: string) {
    return {
      ...codesOf(this.stats, `${scope}.rq.${tag}.${id}`),
      latency: toLatency(this.histograms.get(`${scope}.ms.${tag}.${id}`)),
    };
  }

  connectFailures(id: string): number {
    return this.cluster(id, 'upstream_cx_connect_fail');
  }

  /** Connections tried, those for which no endpoint was left included. */
  tcp(id: string) {
    const none = this.cluster(id, 'upstream_cx_none_healthy');
    return {
      requests: this.cluster(id, 'upstream_cx_total') + none,
      responses: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
      connectFailures: this.connectFailures(id) + none,
      latency: toLatency(this.histograms.get(`cluster.${id}.upstream_cx_connect_ms`)),
    };
  }
}

function ownSides(model: RoutingModel): ReadonlyMap<string, MeshProtocol> {
  return new Map([
    ...model.gateways.map(({ gateway, protocol }) => [gateway, protocol] as const),
    ...model.ingress.map(({ node, protocol }) => [node, protocol] as const),
  ]);
}

/** Counters of every target and node that the model knows; zeros where nothing was counted yet. */
export function countersFrom(stats: Stats, model: RoutingModel): readonly ProxyCounters[] {
  const reader = new Reader(stats);
  const callers = model.targets.map(({ caller, node, protocol, id }): ProxyCounters => {
    const base = { side: 'caller', proxy: caller, target: node, protocol } as const;
    if (protocol === 'tcp') return { ...base, ...reader.tcp(id) };
    return {
      ...base,
      connectFailures: reader.connectFailures(id),
      ...reader.http('caller', 'target', id),
    };
  });
  const own = [...ownSides(model)].map(([node, protocol]): ProxyCounters => {
    const base = { side: 'own', proxy: node, target: node, protocol } as const;
    const id = ingressStatName(node);
    if (protocol === 'tcp') return { ...base, ...reader.tcp(id) };
    return {
      ...base,
      connectFailures: reader.connectFailures(id),
      ...reader.http('own', 'node', compoundId(node)),
    };
  });
  return [...callers, ...own];
}
