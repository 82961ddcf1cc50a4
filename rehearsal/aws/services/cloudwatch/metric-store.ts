import { ApiError } from '../../api';
import {
  addStatistics,
  addValue,
  type Distribution,
  emptyDistribution,
  mergeDistribution,
} from './distribution';
import type { Dimension, MetricDatumInput } from './inputs';

/** Which metric: namespace, name and exactly these dimensions. */
export interface MetricIdentity {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
}

interface Series extends MetricIdentity {
  readonly unit: string;
  /** By the start of the storage interval, in milliseconds. */
  readonly points: Map<number, Distribution>;
}

/** Fifteen days of minutes, which is how long CloudWatch keeps them. */
const MAX_POINTS = 21_600;
const MINUTE_MILLIS = 60_000;
const SECOND_MILLIS = 1_000;
const MAX_DISTINCT = 150;

/** Every metric of the account, in memory. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  /**
   * Stores one datum; `now` is its time when it has none.
   * @throws ApiError as CloudWatch does, before anything is stored.
   */
  put(namespace: string, datum: MetricDatumInput, now: number): void {
    checkDatum(datum);
    const series = this.#seriesOf(namespace, datum);
    const grain = datum.StorageResolution === 1 ? SECOND_MILLIS : MINUTE_MILLIS;
    const at = Math.floor((datum.Timestamp ?? now) / grain) * grain;
    const point = series.points.get(at) ?? emptyDistribution();
    addDatum(point, datum);
    series.points.set(at, point);
    forgetOldest(series.points);
  }

  /** Whether the metric ever had data. */
  isKnown(metric: MetricIdentity): boolean {
    return this.#matching(metric).length > 0;
  }

  /** Data of the metric in `[from, to)`, gathered into intervals of `period` milliseconds that begin at `from`. */
  collect(
    metric: MetricIdentity,
    range: { readonly from: number; readonly to: number; readonly period: number },
    unit?: string,
  ): ReadonlyMap<number, Distribution> {
    const gathered = new Map<number, Distribution>();
    for (const series of this.#matching(metric, unit)) {
      for (const [at, point] of series.points) {
        if (at < range.from || at >= range.to) continue;
        const start = range.from + Math.floor((at - range.from) / range.period) * range.period;
        const target = gathered.get(start) ?? emptyDistribution();
        mergeDistribution(target, point);
        gathered.set(start, target);
      }
    }
    return gathered;
  }

  /** Every metric, one entry per set of dimensions. */
  metrics(): readonly MetricIdentity[] {
    const unique = new Map<string, MetricIdentity>();
    for (const { Namespace, MetricName, Dimensions } of this.#series.values())
      unique.set(identityKey({ Namespace, MetricName, Dimensions }), { Namespace, MetricName, Dimensions });
    return [...unique.values()];
  }

  #matching(metric: MetricIdentity, unit?: string): readonly Series[] {
    const prefix = `${identityKey(metric)}\n`;
    if (unit !== undefined) {
      const one = this.#series.get(prefix + unit);
      return one === undefined ? [] : [one];
    }
    return [...this.#series].filter(([key]) => key.startsWith(prefix)).map(([, series]) => series);
  }

  #seriesOf(Namespace: string, { MetricName, Dimensions, Unit }: MetricDatumInput): Series {
    const key = `${identityKey({ Namespace, MetricName, Dimensions })}\n${Unit}`;
    const existing = this.#series.get(key);
    if (existing !== undefined) return existing;
    const series: Series = { Namespace, MetricName, Dimensions, unit: Unit, points: new Map() };
    this.#series.set(key, series);
    return series;
  }
}

function identityKey({ Namespace, MetricName, Dimensions }: MetricIdentity): string {
  const parts = Dimensions.map(({ Name, Value }) => [Name, Value]).sort(([a = ''], [b = '']) =>
    a < b ? -1 : 1,
  );
  return JSON.stringify([Namespace, MetricName, parts]);
}

/** Points come nearly in order: the first inserted is the oldest that is worth dropping. */
function forgetOldest(points: Map<number, Distribution>): void {
  if (points.size <= MAX_POINTS) return;
  const oldest = points.keys().next().value;
  if (oldest !== undefined) points.delete(oldest);
}

function refuse(message: string): never {
  throw new ApiError('InvalidParameterValue', message);
}

/** @throws ApiError for a datum that CloudWatch would not take. */
export function checkDatum(datum: MetricDatumInput): void {
  const given = [datum.Value, datum.Values, datum.StatisticValues].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new ApiError(
      'InvalidParameterCombination',
      `Metric ${datum.MetricName}: give exactly one of Value, Values and StatisticValues, not ${given.length}.`,
    );
  const numbers = [datum.Value, ...(datum.Values ?? []), ...Object.values(datum.StatisticValues ?? {})];
  if (numbers.some((value) => value !== undefined && !Number.isFinite(value)))
    refuse(`The value for metric ${datum.MetricName} must be a finite number.`);
  if (datum.Counts !== undefined && datum.Counts.length !== datum.Values?.length)
    throw new ApiError(
      'InvalidParameterCombination',
      `Metric ${datum.MetricName}: Values and Counts must be of one length.`,
    );
  if (new Set(datum.Values).size > MAX_DISTINCT)
    refuse(`Metric ${datum.MetricName} has more than 150 values.`);
  if (datum.StorageResolution !== 1 && datum.StorageResolution !== 60)
    refuse(`StorageResolution must be 1 or 60, not ${datum.StorageResolution}.`);
}

function addDatum(point: Distribution, datum: MetricDatumInput): void {
  if (datum.Value !== undefined) addValue(point, datum.Value, 1);
  datum.Values?.forEach((value, index) => {
    const count = datum.Counts?.[index] ?? 1;
    if (count > 0) addValue(point, value, count);
  });
  const set = datum.StatisticValues;
  if (set !== undefined && set.SampleCount > 0)
    addStatistics(point, { sum: set.Sum, count: set.SampleCount, min: set.Minimum, max: set.Maximum });
}
