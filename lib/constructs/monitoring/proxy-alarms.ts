import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { COLLECTOR_INTERVAL_SECONDS } from '../../../core/collector/config';
import {
  PROXY_DIMENSION,
  PROXY_METRIC_NAMESPACE,
  REPORTING_METRIC,
} from '../../../core/health/proxy-metrics';
import { functionName } from '../../naming';
import { createAlarm } from './alarm';

const FIVE_MINUTES = Duration.minutes(5);
/** Percent of tasks whose proxies must report. */
const LEAST_REPORTING = 90;

/** What the alarms watch, and who hears of them. */
export interface ProxyAlarmsProps {
  readonly environment: string;
  readonly topic: ITopic;
}

/** Alarms of an environment's metrics: judges that see nothing hold every rollout. */
export class ProxyAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ProxyAlarmsProps) {
    super(scope, id);
    const { environment, topic } = props;
    createAlarm(this, 'MetricsSilent', {
      name: functionName(environment, 'metrics-silent'),
      entry: 'metrics-silent',
      meaning: 'For 5 minutes no proxy of the environment has reported anything: rollouts hold.',
      metric: reports(environment, Duration.minutes(1)),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 5,
      alarmsOnSilence: true,
      topic,
    });
    createAlarm(this, 'CollectorsMissing', {
      name: functionName(environment, 'collectors-missing'),
      entry: 'collectors-missing',
      meaning: `For 15 minutes fewer than ${LEAST_REPORTING} % of the tasks have reported what their proxies saw.`,
      metric: reportingShare(environment),
      threshold: LEAST_REPORTING,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 3,
      topic,
    });
  }
}

/** Percent of the environment's running tasks whose proxies report. */
export function reportingShare(environment: string): MathExpression {
  const expected = FIVE_MINUTES.toSeconds() / COLLECTOR_INTERVAL_SECONDS;
  return new MathExpression({
    expression: `100 * reports / (${expected} * tasks)`,
    usingMetrics: {
      reports: reports(environment, FIVE_MINUTES),
      tasks: new Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'TaskCount',
        dimensionsMap: { ClusterName: environment },
        statistic: 'Average',
        period: FIVE_MINUTES,
      }),
    },
    label: 'reporting',
    period: FIVE_MINUTES,
  });
}

function reports(environment: string, period: Duration): Metric {
  return new Metric({
    namespace: PROXY_METRIC_NAMESPACE,
    metricName: REPORTING_METRIC,
    dimensionsMap: { [PROXY_DIMENSION.mesh]: environment },
    statistic: 'Sum',
    period,
  });
}
