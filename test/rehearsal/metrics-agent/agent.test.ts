import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { REPORTING_METRIC } from '../../../core/health/proxy-metrics';
import type { ProxyCounters, RehearsalClock } from '../../../rehearsal/contracts';
import { MetricsAgent } from '../../../rehearsal/metrics-agent/agent';

const START = Date.parse('2026-11-21T10:00:20Z');

/** A clock that stands still until it is moved. */
class SteppedClock implements RehearsalClock {
  readonly speed = 1;
  readonly shared = null;
  readonly stoodStillMillis = () => 0;
  private time = START;
  private waiting: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  toWallMillis(millis: number): number {
    return millis;
  }

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.waiting.push({ at: this.time + millis, wake: resolve });
    });
  }

  async moveTo(time: string): Promise<void> {
    const end = Date.parse(`2026-11-21T${time}Z`);
    while (true) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.waiting.sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.waiting.shift();
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = end;
  }
}

function counters(more: Partial<ProxyCounters> = {}): ProxyCounters {
  return {
    side: 'caller',
    proxy: 'ui',
    target: 'v1',
    protocol: 'http',
    requests: 0,
    responses: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
    connectFailures: 0,
    latency: { upperMillis: [], counts: [] },
    ...more,
  };
}

function ok(requests: number, more: Partial<ProxyCounters> = {}): ProxyCounters {
  return counters({ requests, responses: { '2xx': requests, '3xx': 0, '4xx': 0, '5xx': 0 }, ...more });
}

describe('MetricsAgent', () => {
  let clock: SteppedClock;
  let now: ProxyCounters[];
  let published: { at: string; data: readonly MetricDatum[] }[];
  let reports: MetricDatum[];
  let errors: unknown[];
  let agent: MetricsAgent;

  beforeEach(() => {
    clock = new SteppedClock();
    now = [];
    published = [];
    reports = [];
    errors = [];
    agent = new MetricsAgent({
      clock,
      mesh: 'm',
      read: async () => now,
      publish: async (all) => {
        const at = new Date(clock.now()).toISOString().slice(11, 19);
        const data = all.filter(({ MetricName }) => MetricName !== REPORTING_METRIC);
        reports.push(...all.filter(({ MetricName }) => MetricName === REPORTING_METRIC));
        if (data.length > 0) published.push({ at, data });
      },
      onError: (error) => errors.push(error),
    });
    agent.start();
  });
  afterEach(() => agent.stop());

  function values(metric: string, index = published.length - 1): (number | undefined)[] {
    const data = published[index]?.data ?? [];
    return data.filter(({ MetricName }) => MetricName === metric).map(({ Value }) => Value);
  }

  it('publishes nothing from a counter’s first scrape', async () => {
    now = [ok(7)];
    await clock.moveTo('10:01:50');
    expect(published).toEqual([]);
  });

  it('says each minute how many proxies report, before there is any version too', async () => {
    await clock.moveTo('10:01:50');
    now = [ok(7), ok(7, { proxy: 'other' })];
    await clock.moveTo('10:02:50');
    expect(reports.map(({ Dimensions, Value }) => [Dimensions, Value])).toEqual([
      [[{ Name: 'Mesh', Value: 'm' }], 6],
      [[{ Name: 'Mesh', Value: 'm' }], 12],
    ]);
  });

  it('publishes the difference of a minute, stamped with its start, 30 s after its end', async () => {
    now = [ok(7)];
    await clock.moveTo('10:01:30');
    now = [ok(19)];
    await clock.moveTo('10:02:45');
    expect(published).toHaveLength(1);
    expect(published[0]?.at).toBe('10:02:30');
    expect(published[0]?.data).toContainEqual({
      MetricName: 'envoy_appmesh_RequestCountPerTarget',
      Dimensions: [
        { Name: 'Mesh', Value: 'm' },
        { Name: 'TargetVirtualNode', Value: 'v1' },
      ],
      Timestamp: new Date('2026-11-21T10:01:00Z'),
      Unit: 'Count',
      Value: 12,
    });
  });

  it('publishes zeros while a target is known', async () => {
    now = [ok(7)];
    await clock.moveTo('10:02:45');
    expect(values('envoy_appmesh_HTTPCode_Target_5XX_Count')).toEqual([0]);
    expect(values('envoy_appmesh_RequestCountPerTarget')).toEqual([0]);
    expect(published[0]?.data.some(({ Values }) => Values !== undefined)).toBe(false);
  });

  it('adds up callers, leaving out one that was scraped for the first time', async () => {
    now = [ok(1), ok(10, { proxy: 'gw' })];
    await clock.moveTo('10:01:30');
    now = [ok(2), ok(30, { proxy: 'gw' }), ok(500, { proxy: 'new' })];
    await clock.moveTo('10:02:45');
    expect(values('envoy_appmesh_RequestCountPerTarget')).toEqual([21]);
  });

  it('publishes response times as a distribution of the minute alone', async () => {
    now = [ok(3, { latency: { upperMillis: [1, 5], counts: [2, 1] } })];
    await clock.moveTo('10:01:30');
    now = [
      ok(6, { latency: { upperMillis: [1, 5, 9], counts: [2, 3, 1] } }),
      ok(9, { proxy: 'gw', latency: { upperMillis: [9], counts: [9] } }),
    ];
    await clock.moveTo('10:02:45');
    const [times] = published[0]?.data.filter(({ Values }) => Values !== undefined) ?? [];
    expect(times).toMatchObject({
      MetricName: 'envoy_appmesh_TargetResponseTime',
      Unit: 'Milliseconds',
      Values: [5, 9],
      Counts: [2, 1],
    });
  });

  it('takes everything since a restart as new', async () => {
    now = [ok(100)];
    await clock.moveTo('10:01:30');
    now = [ok(4)];
    await clock.moveTo('10:02:45');
    expect(values('envoy_appmesh_RequestCountPerTarget')).toEqual([4]);
  });

  it('publishes connections and connect failures for tcp, and own counters by virtual node', async () => {
    const tcp = counters({ protocol: 'tcp', target: 'd1' });
    const own = counters({ side: 'own', proxy: 'v1' });
    now = [tcp, own];
    await clock.moveTo('10:01:30');
    now = [
      { ...tcp, requests: 3, connectFailures: 2 },
      { ...own, requests: 5, responses: { '2xx': 4, '3xx': 0, '4xx': 0, '5xx': 1 } },
    ];
    await clock.moveTo('10:02:45');
    expect(values('envoy_appmesh_NewConnectionCountPerTarget')).toEqual([3]);
    expect(values('envoy_cluster_upstream_cx_connect_fail')).toEqual([2, 0]);
    expect(values('envoy_appmesh_RequestCount')).toEqual([5]);
    expect(values('envoy_appmesh_HTTPCode_5XX_Count')).toEqual([1]);
    expect(values('envoy_appmesh_RequestCountPerTarget')).toEqual([]);
  });

  it('publishes nothing while silent and needs a first scrape again afterwards', async () => {
    now = [ok(1)];
    await clock.moveTo('10:02:45');
    expect(published).toHaveLength(1);
    agent.setSilent(true);
    await clock.moveTo('10:05:10');
    agent.setSilent(false);
    now = [ok(50)];
    await clock.moveTo('10:06:45');
    expect(published).toHaveLength(1);
    now = [ok(60)];
    await clock.moveTo('10:07:45');
    expect(values('envoy_appmesh_RequestCountPerTarget')).toEqual([10]);
  });

  it('can be made later', async () => {
    agent.setLateness(150_000);
    now = [ok(1)];
    await clock.moveTo('10:04:20');
    expect(published).toEqual([]);
    await clock.moveTo('10:04:31');
    expect(published.map(({ at }) => at)).toEqual(['10:04:30']);
  });

  it('goes on after a scrape or a publication that failed', async () => {
    const failing = new MetricsAgent({
      clock,
      mesh: 'm',
      read: async () => {
        throw new Error('no answer');
      },
      publish: async () => undefined,
      onError: (error) => errors.push(error),
    });
    failing.start();
    await clock.moveTo('10:02:45');
    await failing.stop();
    expect(errors.map(String)).toEqual(['Error: no answer', 'Error: no answer']);
  });
});
