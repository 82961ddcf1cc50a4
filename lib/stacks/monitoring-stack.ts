import { Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { arnIn } from '../arn';
import { EnvironmentDashboard } from '../constructs/monitoring/environment-dashboard';
import { ProxyAlarms } from '../constructs/monitoring/proxy-alarms';
import { functionName } from '../naming';

/** What the monitoring is made from. */
export interface MonitoringStackProps extends StackProps {
  readonly platform: PlatformConfig;
}

/** What an operator looks at and is woken by, for the environment as a whole; each service has its own besides. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { environment } = props.platform;
    // By name: the rollout's stack can then be replaced without this one.
    const topic = Topic.fromTopicArn(
      this,
      'Topic',
      arnIn(this, 'sns', functionName(environment, 'rollouts')),
    );
    new ProxyAlarms(this, 'Alarms', { environment, topic });
    new EnvironmentDashboard(this, 'Overview', {
      environment,
      alarms: ['rollback-failed', 'recovery-failed', 'metrics-silent', 'collectors-missing'],
    });
  }
}
