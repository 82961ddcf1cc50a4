import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricsLogGroupName } from '../../../core/collector/container';
import { createLogGroup } from '../log-group';
import type { Permission } from '../permission';
import type { ArnBuilder } from '../traffic-routing/traffic-routing';

/** What is kept are the metrics; the documents that they are made from serve to look into a dispute. */
const RETENTION_DAYS = 7;

/** The log group that every collector of an environment writes to and CloudWatch makes metrics from. */
export function createMetricsLog(scope: Construct, id: string, environment: string): LogGroup {
  return createLogGroup(scope, id, {
    name: metricsLogGroupName(environment),
    retentionDays: RETENTION_DAYS,
  });
}

/** What a collector may do: write to its service's own stream of that log group. */
export function collectorPermissions(
  environment: string,
  service: string,
  arn: ArnBuilder,
): readonly Permission[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [arn('logs', `log-group:${metricsLogGroupName(environment)}:log-stream:${service}`)],
    },
  ];
}
