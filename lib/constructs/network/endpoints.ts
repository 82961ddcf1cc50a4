import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';

/** What every task calls: to start (image, secrets), to log and to publish metrics. */
const TASK_SERVICES: Readonly<Record<string, InterfaceVpcEndpointAwsService>> = {
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Ssm: InterfaceVpcEndpointAwsService.SSM,
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Monitoring: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
};

/** What the endpoints are made from. */
export interface NetworkEndpointsProps {
  readonly environment: string;
  readonly vpc: Vpc;
  readonly endpoints: PlatformConfig['network']['endpoints'];
  /** What the proxies call, by a name for the construct. */
  readonly proxyServices: Readonly<Record<string, InterfaceVpcEndpointAwsService>>;
}

/**
 * Private ways from the VPC to AWS. What has no endpoint goes through NAT: the proxy's image, for one, is in a public
 * registry.
 */
export class NetworkEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: NetworkEndpointsProps) {
    super(scope, id);
    if (props.endpoints === 'none') {
      return;
    }
    const subnets = [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }];
    // Image layers come from S3, so this endpoint takes most bytes off NAT.
    props.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3, subnets });
    props.vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB, subnets });
    if (props.endpoints === 'all') {
      this.addInterfaces(props);
    }
  }

  private addInterfaces(props: NetworkEndpointsProps): void {
    const securityGroups = [this.createGroup(props.environment, props.vpc)];
    for (const [id, service] of Object.entries({ ...TASK_SERVICES, ...props.proxyServices })) {
      props.vpc.addInterfaceEndpoint(id, {
        service,
        securityGroups,
        subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        // Else the CDK admits the whole VPC, public subnets included.
        open: false,
      });
    }
  }

  /**
   * Admits the private subnets, in which nothing lives but tasks. Not the tasks' groups: an endpoint takes over the
   * service's DNS name in the whole VPC, so a group forgotten here could not reach the service at all.
   */
  private createGroup(environment: string, vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      securityGroupName: `${environment}-endpoints`,
      description: 'Tasks to AWS endpoints in the VPC',
      allowAllOutbound: false,
    });
    for (const subnet of vpc.privateSubnets) {
      group.addIngressRule(Peer.ipv4(subnet.ipv4CidrBlock), Port.tcp(443), 'tasks');
    }
    return group;
  }
}
