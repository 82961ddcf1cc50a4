import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';

/** Days for which logs may be kept, as `log_retention_days` of platform.yaml allows them. */
export type LogRetentionDays = PlatformConfig['log_retention_days'];

/** What a log group is made from. */
export interface LogGroupOptions {
  /** Whole physical name, as from `logGroupName`. */
  readonly name: string;
  readonly retentionDays: LogRetentionDays;
}

/** A log group that forgets after the platform's retention, and goes with its stack. */
export function createLogGroup(scope: Construct, id: string, options: LogGroupOptions): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: options.name,
    retention: options.retentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
