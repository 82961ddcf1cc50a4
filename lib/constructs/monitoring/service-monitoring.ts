import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Protocol } from '../../../core/config/protocols';
import { arnIn } from '../../arn';
import { functionName } from '../../naming';
import { RolloutStuckAlarm } from './rollout-stuck-alarm';
import { ServiceDashboard } from './service-dashboard';

/** Which service to watch. */
export interface ServiceMonitoringProps {
  readonly environment: string;
  readonly service: string;
  readonly protocol: Protocol;
}

/** A service's dashboard and its alarm, in the service's own stack. */
export class ServiceMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: ServiceMonitoringProps) {
    super(scope, id);
    const topicArn = arnIn(Stack.of(this), 'sns', functionName(props.environment, 'rollouts'));
    const topic = Topic.fromTopicArn(this, 'Topic', topicArn);
    new ServiceDashboard(this, 'Dashboard', props);
    new RolloutStuckAlarm(this, 'RolloutStuck', { ...props, topic });
  }
}
