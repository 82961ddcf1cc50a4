/** What callers saw of one version in one whole period. */
export interface Observation {
  readonly version: string;
  /** Start of the period, ISO 8601, on a period boundary. */
  readonly start: string;
  readonly periodSeconds: number;
  /** Completed requests, failed ones included; connections for tcp. */
  readonly requests: number;
  /** Server errors (5xx) that callers saw, connect failures included; failed connections for tcp. */
  readonly errors: number;
  /** Milliseconds by quantile name (`p50`, `p99`); a quantile that the store does not have is left out. */
  readonly latencyMillis: Readonly<Record<string, number>>;
  /** `callers`: the callers' proxies; `own`: the version's own proxy, used where no caller reports. */
  readonly source: 'callers' | 'own';
}

/** Length of a metric period in seconds: proxies are read once a minute. */
export const METRIC_PERIOD_SECONDS = 60;

/** Start of the period that contains `millis`. */
export function periodStart(millis: number, periodSeconds = METRIC_PERIOD_SECONDS): number {
  const length = periodSeconds * 1000;
  return Math.floor(millis / length) * length;
}

/** End of an observation's period in milliseconds since the Unix epoch. */
export function observationEnd(observation: Pick<Observation, 'start' | 'periodSeconds'>): number {
  return Date.parse(observation.start) + observation.periodSeconds * 1000;
}
