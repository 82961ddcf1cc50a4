import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { FlowLogDestination, FlowLogTrafficType, IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { logGroupName } from '../naming';

/** What the network is made from. */
export interface NetworkStackProps extends StackProps {
  readonly platform: PlatformConfig;
}

/** The VPC: two zones, public subnets for the load balancer and NAT, private ones for everything else. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { environment, network } = props.platform;
    this.vpc = new Vpc(this, 'Vpc', {
      vpcName: environment,
      ipAddresses: IpAddresses.cidr(network.cidr),
      maxAzs: 2,
      natGateways: network.nat_gateways,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    this.vpc.addFlowLog('FlowLog', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogGroup', {
          logGroupName: logGroupName(environment, 'network/rejected'),
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
    });
  }
}
