import { Duration } from 'aws-cdk-lib';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
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
    const counted = {
      filterPattern: FilterPattern.stringValue('$.event.outcome', '=', ROLLBACK_FAILED),
      metricNamespace: 'EcsCanary',
      metricName: `${props.environment}/RollbackFailed`,
    };
    const filter = new MetricFilter(this, 'RollbackFailedFilter', { ...counted, logGroup: props.outcomes });
    // Both count in one metric, under one alarm.
    new MetricFilter(this, 'SplitFailedFilter', { ...counted, logGroup: props.splitOutcomes });
    const { environment, topic } = props;
    createAlarm(this, 'RollbackFailed', {
      name: functionName(environment, 'rollback-failed'),
      entry: 'rollback-failed',
      meaning: 'A rollback could not give all traffic back to the stable version.',
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(1) }),
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
}
