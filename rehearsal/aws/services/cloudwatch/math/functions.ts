import { type MathValue, mapPoints, type Points, scalar, seriesLike, type TimeSeries } from './values';

/** The request's range, whole periods; fills go from `from` to before `to`. */
export interface MathRange {
  readonly from: number;
  readonly to: number;
}

/** Raises the expression's error. */
export type Fail = (problem: string) => never;

type MathFunction = (parameters: readonly MathValue[], range: MathRange, fail: Fail) => MathValue;

function aggregate(compute: (values: readonly number[]) => number): MathFunction {
  return ([value, ...rest], _range, fail) => {
    if (rest.length > 0 || value === undefined || value.kind === 'word')
      return fail('takes one series or one list');
    if (value.kind === 'scalar') return value;
    if (value.kind === 'series')
      return value.points.size === 0 ? scalar(Number.NaN) : scalar(compute([...value.points.values()]));
    const [first] = value.items;
    return first === undefined
      ? fail('the list is empty')
      : seriesLike(merged(value.items), byTime(value.items, compute));
  };
}

function merged(items: readonly TimeSeries[]): TimeSeries {
  const [first] = items;
  return {
    kind: 'series',
    points: new Map(),
    period: Math.max(...items.map(({ period }) => period), first?.period ?? 0),
    isKnown: items.some(({ isKnown }) => isKnown),
  };
}

function byTime(items: readonly TimeSeries[], compute: (values: readonly number[]) => number): Points {
  const collected = new Map<number, number[]>();
  for (const { points } of items) {
    for (const [at, value] of points) collected.set(at, [...(collected.get(at) ?? []), value]);
  }
  return new Map([...collected].map(([at, values]) => [at, compute(values)]));
}

function each(compute: (value: number) => number): MathFunction {
  return ([value, ...rest], _range, fail) => {
    if (rest.length > 0 || value === undefined) return fail('takes one series or number');
    if (value.kind === 'scalar') return scalar(compute(value.value));
    if (value.kind === 'series') return mapPoints(value, compute);
    if (value.kind === 'list')
      return { kind: 'list', items: value.items.map((item) => mapPoints(item, compute)) };
    return fail('takes one series or number');
  };
}

const fill: MathFunction = ([value, filler, ...rest], range, fail) => {
  if (rest.length > 0 || value === undefined || filler === undefined)
    return fail('takes a series and a filling');
  if (value.kind === 'list')
    return { kind: 'list', items: value.items.map((item) => filled(item, filler, range, fail)) };
  if (value.kind !== 'series') return fail('fills series only');
  return filled(value, filler, range, fail);
};

function filled(series: TimeSeries, filler: MathValue, range: MathRange, fail: Fail): TimeSeries {
  if (!series.isKnown) return series;
  const points = new Map(series.points);
  for (let at = range.from; at < range.to; at += series.period) {
    if (points.has(at)) continue;
    const value = fillingAt(series, filler, at, fail);
    if (value !== undefined) points.set(at, value);
  }
  return seriesLike(series, points);
}

function fillingAt(series: TimeSeries, filler: MathValue, at: number, fail: Fail): number | undefined {
  if (filler.kind === 'scalar') return filler.value;
  if (filler.kind === 'series') return filler.points.get(at);
  if (filler.kind === 'list') return fail('fills with a number, a series, REPEAT or LINEAR');
  const times = [...series.points.keys()].sort((a, b) => a - b);
  const before = times.findLast((time) => time < at);
  const after = times.find((time) => time > at);
  const earlier = before === undefined ? undefined : series.points.get(before);
  if (filler.text === 'REPEAT') return earlier;
  const later = after === undefined ? undefined : series.points.get(after);
  if (before === undefined || after === undefined || earlier === undefined || later === undefined)
    return undefined;
  return earlier + ((later - earlier) * (at - before)) / (after - before);
}

const condition: MathFunction = ([test, yes, no, ...rest], _range, fail) => {
  if (rest.length > 0 || test === undefined || yes === undefined)
    return fail('takes a condition and one or two values');
  if (test.kind === 'scalar')
    return test.value !== 0 ? yes : (no ?? fail('needs a second value for a false condition'));
  if (test.kind !== 'series') return fail('takes a series or number as its condition');
  const at = (value: MathValue | undefined, time: number): number | undefined => {
    if (value === undefined) return undefined;
    if (value.kind === 'scalar') return value.value;
    return value.kind === 'series' ? value.points.get(time) : fail('chooses between series and numbers');
  };
  return mapPoints(test, (value, time) => at(value !== 0 ? yes : no, time));
};

const period: MathFunction = ([value, ...rest], _range, fail) =>
  value?.kind === 'series' && rest.length === 0 ? scalar(value.period / 1000) : fail('takes one series');

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The metric-math functions that this emulation knows. */
export const MATH_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  SUM: aggregate(total),
  AVG: aggregate((values) => total(values) / values.length),
  MIN: aggregate((values) => Math.min(...values)),
  MAX: aggregate((values) => Math.max(...values)),
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  FILL: fill,
  IF: condition,
  PERIOD: period,
};
