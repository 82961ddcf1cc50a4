import { Stack, type StackProps } from 'aws-cdk-lib';
import { IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { NetworkEndpoints } from '../constructs/network/endpoints';
import { NetworkFlowLog } from '../constructs/network/flow-log';
import type { TrafficRouting } from '../constructs/traffic-routing/traffic-routing';

/** What the network is made from. */
export interface NetworkStackProps extends StackProps {
  readonly platform: PlatformConfig;
  readonly routing: TrafficRouting;
}

/** The VPC: two zones, public subnets for the load balancer and NAT, private ones for everything else. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { platform } = props;
    const { environment, network } = platform;
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
    new NetworkFlowLog(this, 'FlowLog', { platform, vpc: this.vpc });
    new NetworkEndpoints(this, 'Endpoints', {
      environment,
      vpc: this.vpc,
      endpoints: network.endpoints,
      proxyServices: props.routing.endpoints,
    });
  }
}
