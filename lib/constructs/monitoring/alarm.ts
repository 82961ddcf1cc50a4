import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What an alarm watches and says. */
export interface AlarmOptions {
  /** Whole physical name. */
  readonly name: string;
  /** Heading of its entry in docs/runbook.md. */
  readonly entry: string;
  /** One sentence for whoever is woken. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default greater than the threshold */
  readonly comparison?: ComparisonOperator;
  /** Periods in a row that must be beyond the threshold. @default 1 */
  readonly periods?: number;
  /** Whether no data is as bad as bad data. @default false */
  readonly alarmsOnSilence?: boolean;
  readonly topic: ITopic;
}

/** An alarm that tells the topic, its end too, and names its entry in the runbook. */
export function createAlarm(scope: Construct, id: string, options: AlarmOptions): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmName: options.name,
    alarmDescription: `${options.meaning} What to do: docs/runbook.md#${options.entry}`,
    metric: options.metric,
    threshold: options.threshold,
    comparisonOperator: options.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: options.periods ?? 1,
    treatMissingData: options.alarmsOnSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  const tell = new SnsAction(options.topic);
  alarm.addAlarmAction(tell);
  alarm.addOkAction(tell);
  return alarm;
}
