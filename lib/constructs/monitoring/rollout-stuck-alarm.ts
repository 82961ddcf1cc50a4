import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { PROXY_METRIC_NAMESPACE } from '../../../core/health/proxy-metrics';
import { ROLLOUT_METRIC } from '../../../core/rollout/rollout-metrics';
import { functionName } from '../../naming';
import { createAlarm } from './alarm';

const PERIOD = Duration.minutes(5);
/** Periods in a row in which checks held and traffic never moved: longer than the default `progress_deadline`. */
const PERIODS = 6;

/** What the alarm watches, and who hears of it. */
export interface RolloutStuckAlarmProps {
  readonly environment: string;
  readonly service: string;
  readonly topic: ITopic;
}

/**
 * Tells of a rollout that goes neither forwards nor back. Every phase has a deadline of its own but one: a check
 * without data, where the developer chose to wait for a person (`on_no_data: hold`); deadlines may also be set very
 * long. Such rollouts hold at every check, which is what this watches. One alarm per service: a sum over the
 * environment would let one service's moving traffic hide another's standstill.
 */
export class RolloutStuckAlarm extends Construct {
  constructor(scope: Construct, id: string, props: RolloutStuckAlarmProps) {
    super(scope, id);
    const { environment, service, topic } = props;
    createAlarm(this, 'Alarm', {
      name: functionName(environment, `${service}-rollout-stuck`),
      entry: 'rollout-stuck',
      meaning: `For ${PERIODS * PERIOD.toMinutes()} minutes every check of a rollout of ${service} has held.`,
      // The least of 1 (held) and 0 (moved, or ended): 1 when nothing but holds happened.
      metric: new Metric({
        namespace: PROXY_METRIC_NAMESPACE,
        metricName: ROLLOUT_METRIC.held,
        dimensionsMap: { Environment: environment, Service: service },
        statistic: Stats.MINIMUM,
        period: PERIOD,
      }),
      threshold: 1,
      comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      periods: PERIODS,
      topic,
    });
  }
}
