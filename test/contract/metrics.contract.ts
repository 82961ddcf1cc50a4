import type { Observation } from '../../core/health/observation';
import type { AlarmState, Metrics } from '../../core/ports/metrics';
import { CANARY, STABLE } from './builders';

export interface MetricsFixture {
  readonly metrics: Metrics;
  /** Puts there what the proxies of callers (or of the version itself) report. */
  report(observation: Observation): Promise<void>;
  setMetric(
    name: string,
    points: readonly { readonly start: string; readonly value: number }[],
  ): Promise<void>;
  setAlarm(name: string, state: AlarmState): Promise<void>;
  close(): Promise<void>;
}

const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();

const seen = (index: number, overrides: Partial<Observation> = {}): Observation => ({
  version: CANARY,
  start: minute(index),
  periodSeconds: 60,
  requests: 100,
  errors: 2,
  latencyMillis: { p50: 20, p99: 20 },
  source: 'callers',
  ...overrides,
});

/** What every source of metrics must do. */
export function describeMetrics(name: string, start: () => Promise<MetricsFixture>): void {
  describe(`metrics: ${name}`, () => {
    let fixture: MetricsFixture;
    beforeEach(async () => {
      fixture = await start();
    });
    afterEach(() => fixture.close());

    const observe = (from: number, to: number, version = CANARY) =>
      fixture.metrics.observe({
        version,
        from: minute(from),
        to: minute(to),
        periodSeconds: 60,
        quantiles: ['p50', 'p99'],
      });

    it('has nothing to say of a version without data, or of an empty window', async () => {
      expect(await observe(0, 10)).toEqual([]);
      await fixture.report(seen(1));
      expect(await observe(1, 1)).toEqual([]);
    });

    it('gives one observation per period with data, oldest first', async () => {
      for (const index of [3, 1]) await fixture.report(seen(index));
      expect(await observe(0, 10)).toEqual([seen(1), seen(3)]);
    });

    it('counts a period without requests as data', async () => {
      await fixture.report(seen(1, { requests: 0, errors: 0, latencyMillis: {} }));
      expect(await observe(0, 10)).toEqual([seen(1, { requests: 0, errors: 0, latencyMillis: {} })]);
    });

    it('includes the window’s first period and leaves out what begins at its end', async () => {
      for (const index of [0, 1, 2, 3]) await fixture.report(seen(index));
      expect((await observe(1, 3)).map((one) => one.start)).toEqual([minute(1), minute(2)]);
    });

    it('keeps versions apart', async () => {
      await fixture.report(seen(1));
      await fixture.report(seen(1, { version: STABLE, errors: 0 }));
      expect(await observe(0, 5, STABLE)).toEqual([seen(1, { version: STABLE, errors: 0 })]);
    });

    it('falls back to the version’s own proxy where no caller reports', async () => {
      const own = seen(1, { source: 'own', latencyMillis: {} });
      await fixture.report(own);
      expect(await observe(0, 5)).toEqual([own]);
    });

    it('reads any metric, oldest first, within the window', async () => {
      const points = [0, 1, 2, 3].map((index) => ({ start: minute(index), value: index * 1.5 }));
      await fixture.setMetric('QueueLength', [...points].reverse());
      const query = { namespace: 'Shop', name: 'QueueLength', statistic: 'Average' };
      const window = { from: minute(1), to: minute(3), periodSeconds: 60 };
      expect(await fixture.metrics.readMetric(query, window)).toEqual(points.slice(1, 3));
      expect(await fixture.metrics.readMetric({ ...query, name: 'Nothing' }, window)).toEqual([]);
    });

    it.each(['ok', 'alarm', 'insufficient_data'] as const)('reads an alarm in state %s', async (state) => {
      await fixture.setAlarm('orders', state);
      expect(await fixture.metrics.alarmState('orders')).toBe(state);
      expect(await fixture.metrics.alarmState('others')).toBe('missing');
    });
  });
}
