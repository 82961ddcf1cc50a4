import { Stack, type StackProps } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { arnIn } from '../arn';
import { Ingress } from '../constructs/ingress/ingress';
import { createMetricsLog } from '../constructs/monitoring/metrics-log';
import { GATEWAY_PORT } from '../constructs/traffic-routing/appmesh/appmesh-routing';
import type { TrafficRouting } from '../constructs/traffic-routing/traffic-routing';

/** What the cluster is made from. */
export interface ClusterStackProps extends StackProps {
  readonly platform: PlatformConfig;
  readonly vpc: IVpc;
  readonly routing: TrafficRouting;
}

/** What all services share: the ECS cluster, the namespace, the traffic network and the ingress. */
export class ClusterStack extends Stack {
  readonly namespace: PrivateDnsNamespace;
  /** Joined by every version's tasks; each service admits it on its own port. */
  readonly memberGroup: SecurityGroup;
  readonly gatewayGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    super(scope, id, props);
    const { platform, vpc, routing } = props;
    const cluster = new Cluster(this, 'Cluster', {
      clusterName: platform.environment,
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.namespace = new PrivateDnsNamespace(this, 'Namespace', {
      name: platform.namespace,
      vpc,
      description: `Services of ${platform.environment}`,
    });
    this.memberGroup = this.createMemberGroup(platform.environment, vpc);
    routing.createNetwork(this);
    createMetricsLog(this, 'MetricsLog', platform.environment);
    const ingress = new Ingress(this, 'Ingress', {
      platform,
      vpc,
      cluster,
      proxy: routing.gatewayProxy((service, resource) => arnIn(this, service, resource)),
      port: GATEWAY_PORT,
    });
    this.gatewayGroup = ingress.gatewaySecurityGroup;
    this.exportForServices();
  }

  private createMemberGroup(environment: string, vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, 'MemberGroup', {
      vpc,
      securityGroupName: `${environment}-members`,
      description: 'Tasks of every service: may call each other, admits nobody',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS endpoints: image, mesh configuration, logs');
    group.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.allTcp(), 'services of the mesh');
    return group;
  }

  /** Exported whoever imports them, so that adding or removing a service never changes this stack. */
  private exportForServices(): void {
    this.exportValue(this.namespace.namespaceId);
    this.exportValue(this.memberGroup.securityGroupId);
    this.exportValue(this.gatewayGroup.securityGroupId);
  }
}
