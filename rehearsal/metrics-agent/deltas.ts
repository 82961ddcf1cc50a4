import type { LatencyHistogram, ProxyCounters } from '../contracts';

/** What was counted between two scrapes. */
export type CounterDelta = Omit<ProxyCounters, 'proxy'>;

const CODES = ['2xx', '3xx', '4xx', '5xx'] as const;

/** Names a counter for as long as the proxy lives. */
export function counterKey({ side, proxy, target }: ProxyCounters): string {
  return `${side} ${proxy} ${target}`;
}

function binsOf(histogram: LatencyHistogram): Map<number, number> {
  return new Map(histogram.upperMillis.map((upper, i) => [upper, histogram.counts[i] ?? 0]));
}

function toHistogram(bins: ReadonlyMap<number, number>): LatencyHistogram {
  const used = [...bins].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  return { upperMillis: used.map(([upper]) => upper), counts: used.map(([, count]) => count) };
}

/** A proxy that forgot counts from 0 again: all it has now is new. */
function grown(now: number, before: number): number {
  return now >= before ? now - before : now;
}

function grownHistogram(now: LatencyHistogram, before: LatencyHistogram): LatencyHistogram {
  const current = binsOf(now);
  const former = binsOf(before);
  const restarted = [...former].some(([upper, count]) => (current.get(upper) ?? 0) < count);
  if (restarted) return toHistogram(current);
  return toHistogram(
    new Map([...current].map(([upper, count]) => [upper, count - (former.get(upper) ?? 0)])),
  );
}

/** What was counted from `before` to `now`; after a restart, everything since it. */
export function deltaOf(now: ProxyCounters, before: ProxyCounters): CounterDelta {
  const responses = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  for (const code of CODES) responses[code] = grown(now.responses[code], before.responses[code]);
  return {
    side: now.side,
    target: now.target,
    protocol: now.protocol,
    requests: grown(now.requests, before.requests),
    responses,
    connectFailures: grown(now.connectFailures, before.connectFailures),
    latency: grownHistogram(now.latency, before.latency),
  };
}

function sumHistograms(a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram {
  const sum = binsOf(a);
  for (const [upper, count] of binsOf(b)) sum.set(upper, (sum.get(upper) ?? 0) + count);
  return toHistogram(sum);
}

function sumOf(a: CounterDelta, b: CounterDelta): CounterDelta {
  const responses = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  for (const code of CODES) responses[code] = a.responses[code] + b.responses[code];
  return {
    ...a,
    requests: a.requests + b.requests,
    responses,
    connectFailures: a.connectFailures + b.connectFailures,
    latency: sumHistograms(a.latency, b.latency),
  };
}

/** Adds up what all callers saw of each target, and keeps what each node saw itself. */
export function sumByTarget(deltas: readonly CounterDelta[]): readonly CounterDelta[] {
  const sums = new Map<string, CounterDelta>();
  for (const delta of deltas) {
    const key = `${delta.side} ${delta.target}`;
    const known = sums.get(key);
    sums.set(key, known === undefined ? delta : sumOf(known, delta));
  }
  return [...sums.values()];
}
