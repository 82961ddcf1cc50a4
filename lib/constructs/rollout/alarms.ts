import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Outcome } from '../../../core/rollout/record';
import { functionName } from '../../naming';
import { createAlarm } from '../monitoring/alarm';

const ROLLBACK_FAILED: Outcome = 'RollbackFailed';

/** What the alarms watch, and who hears of them. */
export interface RolloutAlarmsProps {
  readonly environment: string;
  readonly topic: ITopic;
  /** Log group of `complete-rollout`. */
  readonly outcomes: ILogGroup;
  /** Log group of `complete-split`. */
  readonly splitOutcomes: ILogGroup;
  /** Queue of what recovery could not do. */
  readonly recoveryFailures: IQueue;
}

/** Alarms of the rollout; every one names its entry in docs/runbook.md. */
export class RolloutAlarms extends Construct {
  constructor(scope: Construct, id: string, props: RolloutAlarmsProps) {
    super(scope, id);
    const { environment, topic } = props;
    createAlarm(this, 'RollbackFailed', {
      name: functionName(environment, 'rollback-failed'),
      entry: 'rollback-failed',
      meaning: 'A rollback could not give all traffic back to the stable version.',
      metric: this.countEnds(
        props,
        ['RollbackFailed', 'SplitFailed'],
        FilterPattern.stringValue('$.event.outcome', '=', ROLLBACK_FAILED),
      ),
      threshold: 0,
      topic,
    });
    createAlarm(this, 'LeftBehind', {
      name: functionName(environment, 'left-behind'),
      entry: 'left-behind',
      meaning: 'A version that serves nobody could not be removed; it costs what it cost before.',
      metric: this.countEnds(
        props,
        ['LeftBehind', 'SplitLeftBehind'],
        FilterPattern.exists('$.event.leftovers[0]'),
      ),
      threshold: 0,
      topic,
    });
    createAlarm(this, 'RecoveryFailed', {
      name: functionName(environment, 'recovery-failed'),
      entry: 'recovery-failed',
      meaning: 'A rollout ended abnormally and could not be recovered.',
      metric: props.recoveryFailures.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 0,
      topic,
    });
  }

  /** Counts the ends of rollouts and of operators' splits that a pattern finds, both in one metric. */
  private countEnds(
    { environment, outcomes, splitOutcomes }: RolloutAlarmsProps,
    [rollouts, splits]: readonly [string, string],
    filterPattern: IFilterPattern,
  ): IMetric {
    const counted = { filterPattern, metricNamespace: 'EcsCanary', metricName: `${environment}/${rollouts}` };
    const filter = new MetricFilter(this, `${rollouts}Filter`, { ...counted, logGroup: outcomes });
    new MetricFilter(this, `${splits}Filter`, { ...counted, logGroup: splitOutcomes });
    return filter.metric({ statistic: 'Sum', period: Duration.minutes(1) });
  }
}
