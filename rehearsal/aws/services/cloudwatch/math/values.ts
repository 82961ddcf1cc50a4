/** Values by the start of their period, in milliseconds. */
export type Points = ReadonlyMap<number, number>;

/** A metric or the result of an expression over metrics. */
export interface TimeSeries {
  readonly kind: 'series';
  readonly points: Points;
  /** In milliseconds. */
  readonly period: number;
  /** False for a metric that never had data: there is nothing to fill. */
  readonly isKnown: boolean;
}

/** What an expression can evaluate to. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | TimeSeries
  | { readonly kind: 'list'; readonly items: readonly TimeSeries[] }
  | { readonly kind: 'word'; readonly text: 'REPEAT' | 'LINEAR' };

/** A scalar value. */
export function scalar(value: number): MathValue {
  return { kind: 'scalar', value };
}

/** A series with other points than `like`. */
export function seriesLike(like: TimeSeries, points: Points): TimeSeries {
  return { ...like, points };
}

/** Applies `compute` to each point; results that are no finite number are left out, as CloudWatch does for x / 0. */
export function mapPoints(
  series: TimeSeries,
  compute: (value: number, at: number) => number | undefined,
): TimeSeries {
  const points = new Map<number, number>();
  for (const [at, value] of series.points) {
    const result = compute(value, at);
    if (result !== undefined && Number.isFinite(result)) points.set(at, result);
  }
  return seriesLike(series, points);
}
