import type { Observation } from '../health/observation';

/** Asks for whole periods in `[from, to)`; both ISO 8601 on period boundaries. */
export interface ObservationQuery {
  readonly version: string;
  readonly from: string;
  readonly to: string;
  readonly periodSeconds: number;
  /** Quantiles of latency wanted, such as `p99`. */
  readonly quantiles: readonly string[];
}

/** A CloudWatch metric, or a metric-math expression over several. */
export interface CustomMetricQuery {
  readonly namespace?: string;
  readonly name?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
  readonly expression?: string;
  /** Metrics that `expression` names by id. */
  readonly metrics?: Readonly<
    Record<
      string,
      {
        readonly namespace: string;
        readonly name: string;
        readonly dimensions?: Readonly<Record<string, string>>;
        readonly statistic: string;
      }
    >
  >;
}

/** State of a CloudWatch alarm. `missing`: no alarm of that name exists. */
export type AlarmState = 'ok' | 'alarm' | 'insufficient_data' | 'missing';

/** Reads what callers saw of one service's versions. No data and bad data differ: bad data throws. */
export interface Metrics {
  /**
   * One observation per period that has data, oldest first; a period without data is left out.
   * @throws {CanaryError} `MetricsIncomplete` when the store says its answer is partial.
   */
  observe(query: ObservationQuery): Promise<readonly Observation[]>;
  /** Values per period in `[from, to)`, oldest first; periods without a value are left out. */
  readMetric(
    query: CustomMetricQuery,
    window: { readonly from: string; readonly to: string; readonly periodSeconds: number },
  ): Promise<readonly { readonly start: string; readonly value: number }[]>;
  alarmState(name: string): Promise<AlarmState>;
}
