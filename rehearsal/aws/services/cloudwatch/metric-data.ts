import { ApiError } from '../../api';
import type { GetMetricDataQuery, MetricQuery } from './inputs';
import { MetricQueries } from './metric-queries';
import type { MetricStore } from './metric-store';
import { pageStart, pageToken } from './page-token';

const MINUTE_MILLIS = 60_000;

interface Datapoint {
  readonly at: number;
  readonly value: number;
}

interface Result {
  readonly query: MetricQuery;
  readonly points: readonly Datapoint[];
}

/**
 * Answers GetMetricData. Periods begin at whole multiples of their length; a period is given when it begins at or
 * after the (rounded down) start and before the end.
 * @throws ApiError `ValidationError`, or `InvalidNextToken`.
 */
export function getMetricData(store: MetricStore, input: GetMetricDataQuery) {
  if (input.StartTime >= input.EndTime)
    throw new ApiError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  const queries = new MetricQueries(store, input.MetricDataQueries);
  const results = queries.queries
    .filter(({ ReturnData }) => ReturnData)
    .map((query) => ({ query, points: pointsOf(queries, query, input) }));
  return paged(results, input);
}

function pointsOf(
  queries: MetricQueries,
  query: MetricQuery,
  input: GetMetricDataQuery,
): readonly Datapoint[] {
  const grain = Math.min(MINUTE_MILLIS, queries.periodOf(query.Id));
  const range = { from: Math.floor(input.StartTime / grain) * grain, to: input.EndTime };
  const sign = input.ScanBy === 'TimestampAscending' ? 1 : -1;
  return [...queries.evaluate(query.Id, range).points]
    .map(([at, value]) => ({ at, value }))
    .filter(({ at }) => at < input.EndTime)
    .sort((a, b) => sign * (a.at - b.at));
}

/** Cuts after MaxDatapoints, counted over all results in their order. */
function paged(results: readonly Result[], input: GetMetricDataQuery) {
  const start = pageStart(input.NextToken);
  const end = start + input.MaxDatapoints;
  const rendered: unknown[] = [];
  let offset = 0;
  for (const { query, points } of results) {
    const first = offset;
    offset += points.length;
    const page = points.slice(Math.max(0, start - first), Math.max(0, end - first));
    if (page.length === 0 && !(points.length === 0 && start === 0)) continue;
    rendered.push({
      Id: query.Id,
      Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
      Timestamps: page.map(({ at }) => new Date(at)),
      Values: page.map(({ value }) => value),
      StatusCode: offset > end ? 'PartialData' : 'Complete',
    });
  }
  return {
    MetricDataResults: rendered,
    Messages: [],
    ...(offset > end ? { NextToken: pageToken(end) } : {}),
  };
}
