import { ApiError } from '../../api';
import { isKnownStatistic, statisticOf } from './distribution';
import type { MetricQuery, MetricStatQuery } from './inputs';
import { evaluateExpression } from './math/evaluate';
import { type Expression, parseExpression, referencesOf } from './math/parser';
import { expressionError } from './math/tokens';
import type { MathValue, TimeSeries } from './math/values';
import type { MetricStore } from './metric-store';
import { periodMillis, periodStart } from './periods';

/** Half-open, in milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const CODE = 'ValidationError';

/**
 * Evaluates queries of GetMetricData or of an alarm over one range: metrics, and expressions over them.
 * Everything is checked on construction, so that a wrong query fails whether it has data or not.
 */
export class MetricQueries {
  readonly #byId: ReadonlyMap<string, MetricQuery>;
  readonly #parsed = new Map<string, Expression>();

  /** @throws ApiError `ValidationError`. */
  constructor(
    private readonly store: MetricStore,
    readonly queries: readonly MetricQuery[],
  ) {
    this.#byId = new Map(queries.map((query) => [query.Id, query]));
    if (this.#byId.size < queries.length)
      throw new ApiError(CODE, 'The values for Id in MetricDataQueries must be unique.');
    if (!queries.some(({ ReturnData }) => ReturnData))
      throw new ApiError(
        CODE,
        'At least one of the elements within MetricDataQueries must have ReturnData set to true.',
      );
    for (const query of queries) this.#check(query);
    for (const query of queries) this.#checkCycle(query.Id, []);
  }

  /** The longest period that the query rests on, in milliseconds. */
  periodOf(id: string): number {
    const query = this.#byId.get(id);
    if (query?.MetricStat !== undefined) return periodMillis(query.MetricStat.Period, CODE);
    const parsed = this.#parsed.get(id);
    const periods = parsed === undefined ? [] : referencesOf(parsed).map((each) => this.periodOf(each));
    return Math.max(query?.Period === undefined ? 1000 : periodMillis(query.Period, CODE), ...periods);
  }

  /**
   * The series of one query.
   * @throws ApiError `ValidationError` when an expression is wrong or gives no series.
   */
  evaluate(id: string, range: TimeRange): TimeSeries {
    const value = this.#value(id, range);
    if (value.kind === 'series') return value;
    if (value.kind === 'list' && value.items.length === 1 && value.items[0] !== undefined)
      return value.items[0];
    throw expressionError(this.#byId.get(id)?.Expression ?? id, 'the result must be one time series');
  }

  #value(id: string, range: TimeRange): MathValue {
    const query = this.#byId.get(id);
    const parsed = this.#parsed.get(id);
    if (query?.MetricStat !== undefined) return this.#metric(query.MetricStat, range);
    if (parsed === undefined) throw new ApiError(CODE, `No query has the id ${id}.`);
    const period = this.periodOf(id);
    return evaluateExpression(parsed, {
      source: query?.Expression ?? '',
      range: { from: periodStart(range.from, period), to: range.to },
      valueOf: (reference) => this.#value(reference, range),
    });
  }

  #metric({ Metric, Period, Stat, Unit }: MetricStatQuery, range: TimeRange): TimeSeries {
    const period = periodMillis(Period, CODE);
    const from = periodStart(range.from, period);
    const to = from + Math.ceil((range.to - from) / period) * period;
    const points = new Map<number, number>();
    for (const [at, data] of this.store.collect(Metric, { from, to, period }, Unit)) {
      const value = statisticOf(data, Stat);
      if (value !== undefined) points.set(at, value);
    }
    return { kind: 'series', points, period, isKnown: this.store.isKnown(Metric) };
  }

  #check({ Id, MetricStat, Expression: expression }: MetricQuery): void {
    if ((MetricStat === undefined) === (expression === undefined))
      throw new ApiError(CODE, `Query ${Id}: give exactly one of MetricStat and Expression.`);
    if (MetricStat !== undefined) {
      periodMillis(MetricStat.Period, CODE);
      if (!isKnownStatistic(MetricStat.Stat))
        throw new ApiError(
          CODE,
          `Query ${Id}: the statistic ${MetricStat.Stat} is not known; use Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99.`,
        );
    }
    if (expression === undefined) return;
    const parsed = parseExpression(expression);
    const unknown = referencesOf(parsed).find((reference) => !this.#byId.has(reference));
    if (unknown !== undefined) throw expressionError(expression, `no query has the id ${unknown}`);
    this.#parsed.set(Id, parsed);
  }

  #checkCycle(id: string, path: readonly string[]): void {
    if (path.includes(id))
      throw new ApiError(CODE, `Expressions refer to each other: ${[...path, id].join(' -> ')}.`);
    const parsed = this.#parsed.get(id);
    if (parsed !== undefined) for (const next of referencesOf(parsed)) this.#checkCycle(next, [...path, id]);
  }
}
