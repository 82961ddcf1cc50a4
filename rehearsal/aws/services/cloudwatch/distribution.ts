/** What one metric collected in one storage interval: enough for every statistic that CloudWatch offers on it. */
export interface Distribution {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** How often each value came; undefined once a statistic set with a spread was added, as CloudWatch then has no percentiles. */
  values: Map<number, number> | undefined;
}

/** A distribution without data. */
export function emptyDistribution(): Distribution {
  return {
    sum: 0,
    count: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

/** Adds `value`, seen `count` times, to `target`. */
export function addValue(target: Distribution, value: number, count: number): void {
  addStatistics(target, { sum: value * count, count, min: value, max: value });
}

/** Adds a statistic set; its percentiles stay known only when all its values are equal. */
export function addStatistics(
  target: Distribution,
  { sum, count, min, max }: Pick<Distribution, 'sum' | 'count' | 'min' | 'max'>,
): void {
  target.sum += sum;
  target.count += count;
  target.min = Math.min(target.min, min);
  target.max = Math.max(target.max, max);
  if (min === max) target.values?.set(min, (target.values.get(min) ?? 0) + count);
  else target.values = undefined;
}

/** Adds all of `source` to `target`. */
export function mergeDistribution(target: Distribution, source: Distribution): void {
  target.sum += source.sum;
  target.count += source.count;
  target.min = Math.min(target.min, source.min);
  target.max = Math.max(target.max, source.max);
  if (source.values === undefined || target.values === undefined) {
    target.values = undefined;
    return;
  }
  for (const [value, count] of source.values)
    target.values.set(value, (target.values.get(value) ?? 0) + count);
}

const SIMPLE: Readonly<Record<string, (data: Distribution) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  SampleCount: ({ count }) => count,
};

const PERCENTILE = /^p(100|\d{1,2}(?:\.\d{1,10})?)$/;

/** Whether this emulation can compute the statistic. */
export function isKnownStatistic(name: string): boolean {
  return name in SIMPLE || PERCENTILE.test(name);
}

/**
 * The statistic's value, or undefined when the data does not allow it (no data; percentiles of statistic sets).
 * Percentiles are nearest-rank over the stored values.
 */
export function statisticOf(data: Distribution, name: string): number | undefined {
  if (data.count === 0) return undefined;
  const simple = SIMPLE[name];
  if (simple !== undefined) return simple(data);
  const percent = Number(PERCENTILE.exec(name)?.[1]);
  if (data.values === undefined || Number.isNaN(percent)) return undefined;
  const rank = Math.max(Number.MIN_VALUE, (percent / 100) * data.count);
  let seen = 0;
  for (const [value, count] of [...data.values].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= rank - 1e-9) return value;
  }
  return data.max;
}
