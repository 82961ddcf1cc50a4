import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { CanaryError } from '../../../core/errors';
import { callAws } from '../../aws-errors';

/** A window of whole periods, half-open; ISO 8601. */
export interface Window {
  readonly from: string;
  readonly to: string;
  readonly periodSeconds: number;
}

/** Values by period start (milliseconds since the Unix epoch), by query id. */
export type Series = ReadonlyMap<string, ReadonlyMap<number, number>>;

/**
 * Reads queries over a window, to the last page.
 * @throws {CanaryError} `MetricsIncomplete` unless CloudWatch says of every query that its data is complete.
 */
export async function readSeries(
  client: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  window: Window,
): Promise<Series> {
  const series = new Map<string, Map<number, number>>(
    queries.filter(({ ReturnData }) => ReturnData !== false).map(({ Id }) => [Id ?? '', new Map()]),
  );
  const status = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = await readPage(client, queries, window, nextToken);
    for (const result of page.results) {
      status.set(result.Id ?? '', result.StatusCode ?? 'no status');
      addPoints(series.get(result.Id ?? ''), result, window);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  for (const id of series.keys()) {
    // `PartialData` on one page only announces the next; what counts is the last word on each query.
    if (status.get(id) !== 'Complete') {
      throw incomplete(`query "${id}" has status "${status.get(id) ?? 'no result'}"`, window);
    }
  }
  return series;
}

async function readPage(
  client: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  window: Window,
  nextToken: string | undefined,
): Promise<{ readonly results: readonly MetricDataResult[]; readonly nextToken: string | undefined }> {
  const call = { action: 'cloudwatch:GetMetricData', on: { from: window.from, to: window.to } };
  const answer = await callAws(call, () =>
    client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [...queries],
        StartTime: new Date(window.from),
        EndTime: new Date(window.to),
        ScanBy: 'TimestampAscending',
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }),
    ),
  );
  const results = answer.MetricDataResults ?? [];
  const messages = [answer, ...results].flatMap(({ Messages }) => Messages ?? []);
  if (messages.length > 0) {
    const words = messages.map(({ Code, Value }) => `${Code}: ${Value}`).join('; ');
    throw incomplete(`CloudWatch says "${words}"`, window);
  }
  const failed = results.find(({ StatusCode }) => StatusCode !== 'Complete' && StatusCode !== 'PartialData');
  if (failed !== undefined) {
    throw incomplete(`query "${failed.Id}" has status "${failed.StatusCode}"`, window);
  }
  return { results, nextToken: answer.NextToken === '' ? undefined : answer.NextToken };
}

/** CloudWatch rounds the window outwards; periods that lie partly outside are dropped. */
function addPoints(points: Map<number, number> | undefined, result: MetricDataResult, window: Window): void {
  const from = Date.parse(window.from);
  const lastStart = Date.parse(window.to) - window.periodSeconds * 1000;
  for (const [index, timestamp] of (result.Timestamps ?? []).entries()) {
    const value = result.Values?.[index];
    const start = timestamp.getTime();
    if (value !== undefined && start >= from && start <= lastStart) {
      points?.set(start, value);
    }
  }
}

function incomplete(found: string, window: Window): CanaryError {
  return new CanaryError(
    'MetricsIncomplete',
    `metrics from ${window.from} to ${window.to} are incomplete: ${found}; allowed: status "Complete" and no message; the same call may succeed later`,
    { ...window, found },
  );
}
