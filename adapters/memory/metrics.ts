import { CanaryError } from '../../core/errors';
import type { Observation } from '../../core/health/observation';
import type { AlarmState, CustomMetricQuery, Metrics, ObservationQuery } from '../../core/ports/metrics';
import { MemoryFaults } from './faults';

type Point = { readonly start: string; readonly value: number };

/** Metrics that somebody put there. */
export class MemoryMetrics implements Metrics {
  /** True makes every reading fail as partial data does. */
  incomplete = false;
  /** Says what was seen in a query's window; what `add` put there comes on top. */
  source: (query: ObservationQuery) => readonly Observation[] = () => [];
  private readonly observations: Observation[] = [];
  private readonly points = new Map<string, readonly Point[]>();
  private readonly alarms = new Map<string, AlarmState>();

  constructor(private readonly faults = new MemoryFaults()) {}

  /** Adds what callers saw. */
  add(...observations: readonly Observation[]): void {
    this.observations.push(...observations);
  }

  /** Sets the values of a metric (by its name) or of an expression (by its text). */
  setMetric(nameOrExpression: string, points: readonly Point[]): void {
    this.points.set(nameOrExpression, points);
  }

  /** Sets an alarm's state; an alarm that was never set is `missing`. */
  setAlarm(name: string, state: AlarmState): void {
    this.alarms.set(name, state);
  }

  observe(query: ObservationQuery): Promise<readonly Observation[]> {
    return this.faults.around('metrics.observe', () => {
      this.requireComplete();
      const isAsked = ({ version, start, periodSeconds }: Observation) =>
        version === query.version && periodSeconds === query.periodSeconds && within(start, query);
      const found = [...this.observations, ...this.source(query)].filter(isAsked).sort(byStart);
      return found.map((one) => ({ ...one, latencyMillis: pick(one.latencyMillis, query.quantiles) }));
    });
  }

  readMetric(
    query: CustomMetricQuery,
    window: { readonly from: string; readonly to: string; readonly periodSeconds: number },
  ): Promise<readonly Point[]> {
    return this.faults.around('metrics.readMetric', () => {
      this.requireComplete();
      const points = this.points.get(query.expression ?? query.name ?? '') ?? [];
      return points.filter(({ start }) => within(start, window)).sort(byStart);
    });
  }

  alarmState(name: string): Promise<AlarmState> {
    return this.faults.around('metrics.alarmState', () => this.alarms.get(name) ?? 'missing');
  }

  private requireComplete(): void {
    if (this.incomplete) {
      throw new CanaryError(
        'MetricsIncomplete',
        'the metrics were told to be incomplete; the same call may succeed later',
      );
    }
  }
}

function within(start: string, window: { readonly from: string; readonly to: string }): boolean {
  return Date.parse(start) >= Date.parse(window.from) && Date.parse(start) < Date.parse(window.to);
}

function byStart(a: { readonly start: string }, b: { readonly start: string }): number {
  return Date.parse(a.start) - Date.parse(b.start);
}

function pick(
  latency: Readonly<Record<string, number>>,
  quantiles: readonly string[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(latency).filter(([quantile]) => quantiles.includes(quantile)));
}
