import type * as z from 'zod';
import { ApiError } from '../../api';
import { isKnownStatistic, statisticOf } from './distribution';
import type { getMetricStatisticsInput } from './inputs';
import type { MetricStore } from './metric-store';
import { periodMillis } from './periods';

const MAX_DATAPOINTS = 1440;
const MINUTE_MILLIS = 60_000;

/** Answers GetMetricStatistics; periods begin at the start time, rounded down to the minute. @throws ApiError as CloudWatch does. */
export function getMetricStatistics(store: MetricStore, input: z.output<typeof getMetricStatisticsInput>) {
  const period = periodMillis(input.Period, 'InvalidParameterValue');
  const combination = (message: string) => new ApiError('InvalidParameterCombination', message);
  if (input.StartTime >= input.EndTime)
    throw combination('The parameter StartTime must be less than the parameter EndTime.');
  if (input.Statistics.length + input.ExtendedStatistics.length === 0)
    throw combination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  const unknown = input.ExtendedStatistics.find((name) => !isKnownStatistic(name));
  if (unknown !== undefined)
    throw new ApiError(
      'InvalidParameterValue',
      `The statistic ${unknown} is not known; use percentiles such as p99.`,
    );
  const asked = Math.ceil((input.EndTime - input.StartTime) / period);
  if (asked > MAX_DATAPOINTS)
    throw combination(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}.`,
    );
  const grain = Math.min(period, MINUTE_MILLIS);
  const from = Math.floor(input.StartTime / grain) * grain;
  const collected = store.collect(input, { from, to: input.EndTime, period }, input.Unit);
  const points = [...collected].map(([at, data]) => ({
    Timestamp: new Date(at),
    Unit: input.Unit ?? 'None',
    ...Object.fromEntries(input.Statistics.map((name) => [name, statisticOf(data, name)])),
    ...(input.ExtendedStatistics.length === 0
      ? {}
      : {
          ExtendedStatistics: new Map(
            input.ExtendedStatistics.map((name) => [name, statisticOf(data, name)] as const).filter(
              ([, value]) => value !== undefined,
            ),
          ),
        }),
  }));
  return { Label: input.MetricName, Datapoints: points };
}
