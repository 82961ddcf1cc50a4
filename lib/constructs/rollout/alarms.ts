import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Outcome } from '../../../core/rollout/record';
import { functionName } from '../../naming';

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
    this.createAlarm('RollbackFailed', props, {
      name: 'rollback-failed',
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(1) }),
      meaning: 'A rollback could not give all traffic back to the stable version.',
    });
    this.createAlarm('RecoveryFailed', props, {
      name: 'recovery-failed',
      metric: props.recoveryFailures.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      meaning: 'A rollout ended abnormally and could not be recovered.',
    });
  }

  private createAlarm(
    id: string,
    props: RolloutAlarmsProps,
    alarm: { readonly name: string; readonly metric: IMetric; readonly meaning: string },
  ): void {
    new Alarm(this, id, {
      alarmName: functionName(props.environment, alarm.name),
      alarmDescription: `${alarm.meaning} What to do: docs/runbook.md#${alarm.name}`,
      metric: alarm.metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(props.topic));
  }
}
