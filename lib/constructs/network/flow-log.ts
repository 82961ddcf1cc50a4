import { Aws } from 'aws-cdk-lib';
import { FlowLogDestination, FlowLogTrafficType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import { acknowledge } from '../../acknowledge';
import { functionName, logGroupName } from '../../naming';
import { createLogGroup } from '../log-group';

const TRAFFIC_TYPES = {
  rejected: FlowLogTrafficType.REJECT,
  all: FlowLogTrafficType.ALL,
} as const satisfies Partial<Record<PlatformConfig['network']['flow_logs'], FlowLogTrafficType>>;

/** What a flow log is made from. */
export interface FlowLogProps {
  readonly platform: PlatformConfig;
  readonly vpc: Vpc;
}

/** The record of the VPC's connections that platform.yaml asks for; nothing with `flow_logs: none`. */
export class NetworkFlowLog extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogProps) {
    super(scope, id);
    const { environment, network, log_retention_days: retentionDays } = props.platform;
    if (network.flow_logs === 'none') {
      acknowledge(props.vpc, {
        'AwsSolutions-VPC7':
          'platform.yaml says `flow_logs: none`: the platform team keeps no record of connections',
      });
      return;
    }
    props.vpc.addFlowLog('FlowLog', {
      trafficType: TRAFFIC_TYPES[network.flow_logs],
      destination: FlowLogDestination.toCloudWatchLogs(
        createLogGroup(this, 'Log', { name: logGroupName(environment, 'network/flow-log'), retentionDays }),
        new Role(this, 'Role', {
          roleName: functionName(environment, 'flow-log'),
          description: 'The record of connections: writes its log',
          assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
            conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
          }),
        }),
      ),
    });
  }
}
