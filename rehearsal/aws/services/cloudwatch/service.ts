import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { parseInput } from '../../server/validation';
import { alarmOperations, renderAlarm } from './alarm-operations';
import type { AlarmState } from './alarm-rules';
import { AlarmBook } from './alarms';
import { getMetricDataInput, getMetricStatisticsInput, listMetricsInput, putMetricDataInput } from './inputs';
import { getMetricData } from './metric-data';
import { getMetricStatistics } from './metric-statistics';
import { checkDatum, type MetricIdentity, MetricStore } from './metric-store';
import { pageStart, pageToken } from './page-token';

/** An alarm as DescribeAlarms shows it. */
export type AlarmView = ReturnType<typeof renderAlarm>;

/** What CloudWatch tells the rest of the rehearsal. */
export interface CloudWatchOptions {
  /** Told of every change of an alarm's state: whoever wires the rehearsal delivers the alarm's actions. */
  readonly onAlarm?: (alarm: AlarmView, before: AlarmState) => void;
}

/** The CloudWatch API and what the rehearsal itself reads of it. */
export interface CloudWatchService extends ApiService {
  alarms(): readonly AlarmView[];
  metrics(): readonly MetricIdentity[];
  /** Ends the evaluation of alarms. */
  close(): void;
}

const PAGE_SIZE = 500;

/** Amazon CloudWatch metrics and metric alarms. */
export function createCloudWatchService(
  context: ApiContext,
  options: CloudWatchOptions = {},
): CloudWatchService {
  const store = new MetricStore();
  const book = new AlarmBook(context, store, (alarm, before) =>
    options.onAlarm?.(renderAlarm(alarm), before),
  );
  return {
    signingName: 'monitoring',
    protocols: [
      { kind: 'json', version: '1.0', targetPrefix: 'GraniteServiceVersion20100801' },
      {
        kind: 'query',
        apiVersion: '2010-08-01',
        xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      },
    ],
    operations: { ...metricOperations(context, store), ...alarmOperations(context, book) },
    alarms: () => book.all().map(renderAlarm),
    metrics: () => store.metrics(),
    close: () => book.close(),
  };
}

function metricOperations(context: ApiContext, store: MetricStore): ApiService['operations'] {
  const put: ApiOperation = {
    iamAction: 'cloudwatch:PutMetricData',
    resources: () => ['*'],
    context: (input) => ({ 'cloudwatch:namespace': String(input.Namespace) }),
    run: (input) => putMetricData(context, store, input),
  };
  const read = (name: string, run: ApiOperation['run']): ApiOperation => ({
    iamAction: `cloudwatch:${name}`,
    resources: () => ['*'],
    run,
  });
  return {
    PutMetricData: put,
    GetMetricData: read('GetMetricData', (input) =>
      getMetricData(store, parseInput(getMetricDataInput, input, 'ValidationError')),
    ),
    GetMetricStatistics: read('GetMetricStatistics', (input) =>
      getMetricStatistics(store, parseInput(getMetricStatisticsInput, input, 'InvalidParameterValue')),
    ),
    ListMetrics: read('ListMetrics', (input) => listMetrics(store, input)),
  };
}

/** CloudWatch takes all of a call's data or none of it. */
function putMetricData(context: ApiContext, store: MetricStore, input: unknown): unknown {
  const { Namespace, MetricData } = parseInput(putMetricDataInput, input, 'InvalidParameterValue');
  if (MetricData.length === 0)
    throw new ApiError('MissingParameter', 'The parameter MetricData is required.');
  for (const datum of MetricData) checkDatum(datum);
  const now = context.clock.now();
  for (const datum of MetricData) store.put(Namespace, datum, now);
  return {};
}

function listMetrics(store: MetricStore, input: unknown) {
  const asked = parseInput(listMetricsInput, input, 'InvalidParameterValue');
  const isAsked = ({ Namespace, MetricName, Dimensions }: MetricIdentity) =>
    (asked.Namespace === undefined || asked.Namespace === Namespace) &&
    (asked.MetricName === undefined || asked.MetricName === MetricName) &&
    asked.Dimensions.every((filter) =>
      Dimensions.some(
        ({ Name, Value }) => Name === filter.Name && (filter.Value === undefined || filter.Value === Value),
      ),
    );
  const found = store.metrics().filter(isAsked);
  const start = pageStart(asked.NextToken);
  const end = start + PAGE_SIZE;
  return { Metrics: found.slice(start, end), ...(end < found.length ? { NextToken: pageToken(end) } : {}) };
}
