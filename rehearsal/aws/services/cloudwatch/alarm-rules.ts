import type { AlarmDefinition } from './inputs';

/** The states of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Periods that CloudWatch looks back beyond the evaluation periods, to find real data in place of missing. */
export const EXTRA_PERIODS = 2;

const COMPARISONS: Readonly<
  Record<AlarmDefinition['ComparisonOperator'], (value: number, threshold: number) => boolean>
> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state an alarm goes to. `points` are the evaluation range's periods, newest first, undefined where there is no
 * data. Follows the documented rules: real data first, missing data filled in as seldom as possible.
 */
export function nextAlarmState(
  alarm: Pick<
    AlarmDefinition,
    'ComparisonOperator' | 'Threshold' | 'EvaluationPeriods' | 'DatapointsToAlarm' | 'TreatMissingData'
  >,
  points: readonly (number | undefined)[],
  present: AlarmState,
): AlarmState {
  const needed = alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods;
  const isBreaching = (value: number) => COMPARISONS[alarm.ComparisonOperator](value, alarm.Threshold);
  const real = points.filter((value) => value !== undefined).slice(0, alarm.EvaluationPeriods);
  const breaching = real.filter(isBreaching).length;
  const missing = Math.max(0, alarm.EvaluationPeriods - real.length);
  if (missing === 0) return breaching >= needed ? 'ALARM' : 'OK';
  switch (alarm.TreatMissingData) {
    case 'breaching':
      return breaching + missing >= needed ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching >= needed ? 'ALARM' : 'OK';
    case 'ignore':
      return breaching >= needed ? 'ALARM' : real.length === 0 || breaching > 0 ? present : 'OK';
    case 'missing':
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      return breaching >= needed || isOldBreach(points, isBreaching, needed) ? 'ALARM' : 'OK';
  }
}

/** Only breaching data among the missing, the oldest of it as old as the data points that an alarm needs. */
function isOldBreach(
  points: readonly (number | undefined)[],
  isBreaching: (value: number) => boolean,
  needed: number,
): boolean {
  const real = points.filter((value) => value !== undefined);
  const oldest = points.findLastIndex((value) => value !== undefined);
  return real.every(isBreaching) && oldest + 1 >= needed;
}
