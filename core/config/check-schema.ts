import * as z from 'zod';
import { refuse } from './problems';

const QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const;

const limits = {
  min: z.number().optional().describe('Smallest value that passes.'),
  max: z.number().optional().describe('Greatest value that passes.'),
};

/**
 * A name of CloudWatch's: no colon at its start, printable.
 * Source: AWS, CloudWatch API reference, Metric and Dimension.
 */
const cloudWatchName = z
  .string()
  .max(255)
  .regex(/^(?!:)(?=.*\S)[\x20-\x7e]+$/, 'printable ASCII that does not start with a colon');

/** Dimensions that CloudWatch allows a metric to have. */
const MOST_DIMENSIONS = 30;
/** Metrics that an expression may use. */
const MOST_METRICS = 30;

const dimensions = z
  .record(
    cloudWatchName,
    z
      .string()
      .max(1024)
      .regex(/^(?=.*\S)[\x20-\x7e]+$/, 'printable ASCII'),
  )
  .superRefine(atMost(MOST_DIMENSIONS, 'dimensions'))
  .default({})
  .describe('CloudWatch dimensions; `{environment}`, `{service}` and `{version}` are replaced.');

const statistic = z
  .string()
  .regex(/^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,10})?)$/)
  .default('Average')
  .describe('CloudWatch statistic: Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99.');

const metricName = { namespace: cloudWatchName, name: cloudWatchName, dimensions };

const successRate = z
  .strictObject({
    type: z.literal('success_rate'),
    min: z.number().min(0).max(100).describe('Percent of requests without a server error, at least.'),
  })
  .describe(
    'Share of the requests of a minute that callers saw succeed (no 5xx, no failed connection); for tcp, of the new connections. For grpc a call counts as failed by its HTTP status, not by `grpc-status`.',
  );

const latency = z
  .strictObject({
    type: z.literal('latency'),
    quantile: z.enum(QUANTILES).default('p99').describe('Quantile of the minute.'),
    max_millis: z.number().positive().max(900_000).describe('Milliseconds, at most.'),
  })
  .describe('Latency quantile of a minute. Not for tcp.');

const serverErrors = z
  .strictObject({
    type: z.literal('server_errors'),
    max: z.int().min(0).describe('Server errors tolerated in the window; one more breaks the limit.'),
    window: z
      .int()
      .min(60)
      .max(86_400)
      .default(600)
      .describe('Seconds looked back, never beyond the rollout’s own start.'),
  })
  .describe('Absolute number of 5xx responses in a window.');

const metric = z
  .strictObject({ type: z.literal('metric'), ...metricName, statistic, ...limits })
  .superRefine(needsLimit)
  .describe('Any CloudWatch metric with a minimum, a maximum or both.');

const metricMath = z
  .strictObject({
    type: z.literal('metric_math'),
    expression: z
      .string()
      .min(1)
      .max(1024)
      .describe('CloudWatch metric math over the ids in `metrics`, such as `100 * errors / requests`.'),
    metrics: z
      .record(z.string().regex(/^[a-z][a-zA-Z0-9_]{0,200}$/), z.strictObject({ ...metricName, statistic }))
      .superRefine(atMost(MOST_METRICS, 'metrics'))
      .describe('Metrics by id.'),
    ...limits,
  })
  .superRefine(needsLimit)
  .describe('A CloudWatch metric-math expression with a minimum, a maximum or both.');

const alarm = z
  .strictObject({
    type: z.literal('alarm'),
    name: z.string().min(1).max(255).describe('Name of the CloudWatch alarm.'),
  })
  .describe(
    'A CloudWatch alarm that must not be in state ALARM. Insufficient data or a missing alarm is hold.',
  );

/** One limit of `health.checks`. */
export const checkSchema = z.discriminatedUnion('type', [
  successRate,
  latency,
  serverErrors,
  metric,
  metricMath,
  alarm,
]);
export type Check = z.infer<typeof checkSchema>;

function needsLimit(
  check: { min?: number | undefined; max?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (check.min === undefined && check.max === undefined) {
    refuse(context, ['max'], undefined, 'min, max or both', 'give the check a limit');
  } else if (check.min !== undefined && check.max !== undefined && check.min > check.max) {
    refuse(context, ['min'], check.min, `at most max (${check.max})`, 'swap or correct the limits');
  }
}

/** Refuses a record with more members. */
function atMost(most: number, what: string): (record: object, context: z.RefinementCtx) => void {
  return (record, context) => {
    const count = Object.keys(record).length;
    if (count > most) {
      refuse(context, [], `${count} ${what}`, `at most ${most} ${what}`, 'remove some');
    }
  };
}
