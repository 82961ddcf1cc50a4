import * as z from 'zod';

/*
 * The inputs of the CloudWatch operations. The Query protocol sends every scalar as text, the JSON protocol sends
 * times as epoch seconds: both are read here, into numbers, booleans and milliseconds.
 */

const number = z.coerce.number();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** A time as either protocol writes it, in milliseconds since the Unix epoch. */
const time = z
  .union([
    z.number().transform((seconds) => seconds * 1000),
    z.date().transform((date) => date.getTime()),
    z.string().transform((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text))),
  ])
  .refine((millis) => !Number.isNaN(millis), 'must be a time');

const dimension = z.object({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) });
const dimensions = z.array(dimension).max(30).default([]);
const namespace = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^:].*$/, 'must not begin with a colon');
const metricName = z.string().min(1).max(255);

const statisticSet = z.object({ SampleCount: number, Sum: number, Minimum: number, Maximum: number });

const datum = z.object({
  MetricName: metricName,
  Dimensions: dimensions,
  Timestamp: time.optional(),
  Value: number.optional(),
  StatisticValues: statisticSet.optional(),
  Values: z.array(number).max(150).optional(),
  Counts: z.array(number).max(150).optional(),
  Unit: z.string().default('None'),
  StorageResolution: number.default(60),
});

/** PutMetricData. */
export const putMetricDataInput = z.object({
  Namespace: namespace,
  MetricData: z.array(datum).max(1000).default([]),
});

const metric = z.object({ Namespace: namespace, MetricName: metricName, Dimensions: dimensions });

const metricStat = z.object({
  Metric: metric,
  Period: number,
  Stat: z.string(),
  Unit: z.string().optional(),
});

const query = z.object({
  Id: z
    .string()
    .regex(
      /^[a-z][a-zA-Z0-9_]*$/,
      'must begin with a lower-case letter and contain letters, numbers and underscores',
    ),
  MetricStat: metricStat.optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: flag.default(true),
  Period: number.optional(),
  AccountId: z.string().optional(),
});

/** GetMetricData. */
export const getMetricDataInput = z.object({
  MetricDataQueries: z.array(query).min(1).max(500),
  StartTime: time,
  EndTime: time,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: number.min(1).max(100_800).default(100_800),
});

/** GetMetricStatistics. */
export const getMetricStatisticsInput = z.object({
  Namespace: namespace,
  MetricName: metricName,
  Dimensions: dimensions,
  StartTime: time,
  EndTime: time,
  Period: number,
  Statistics: z.array(z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])).default([]),
  ExtendedStatistics: z.array(z.string()).default([]),
  Unit: z.string().optional(),
});

/** ListMetrics. */
export const listMetricsInput = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
});

const actions = z.array(z.string()).max(5).default([]);

/** PutMetricAlarm. */
export const putMetricAlarmInput = z.object({
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  Namespace: namespace.optional(),
  MetricName: metricName.optional(),
  Dimensions: dimensions,
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Period: number.optional(),
  Unit: z.string().optional(),
  EvaluationPeriods: number.min(1),
  DatapointsToAlarm: number.min(1).optional(),
  Threshold: number,
  ComparisonOperator: z.enum([
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  Metrics: z.array(query).max(20).default([]),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

/** DescribeAlarms. */
export const describeAlarmsInput = z.object({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: z.array(z.string()).optional(),
  StateValue: z.string().optional(),
  MaxRecords: number.optional(),
  NextToken: z.string().optional(),
});

/** SetAlarmState. */
export const setAlarmStateInput = z.object({
  AlarmName: z.string().min(1),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: z.string().max(1023),
  StateReasonData: z.string().optional(),
});

/** DeleteAlarms. */
export const deleteAlarmsInput = z.object({ AlarmNames: z.array(z.string()).max(100) });

/** One datum of PutMetricData, read. */
export type MetricDatumInput = z.output<typeof datum>;
/** One query of GetMetricData, read. */
export type MetricQuery = z.output<typeof query>;
/** A metric and its statistic, read. */
export type MetricStatQuery = z.output<typeof metricStat>;
/** GetMetricData's input, read. */
export type GetMetricDataQuery = z.output<typeof getMetricDataInput>;
/** PutMetricAlarm's input, read. */
export type AlarmDefinition = z.output<typeof putMetricAlarmInput>;
/** A metric dimension. */
export type Dimension = z.output<typeof dimension>;
