import { CfnOutput, Duration } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import type { ProxyConfig } from '../traffic-routing/traffic-routing';
import { GATEWAY_STATUS_PORT, GatewayService } from './gateway-service';
import { LoadBalancer } from './load-balancer';

/** What the ingress is made from. */
export interface IngressProps {
  readonly platform: PlatformConfig;
  readonly vpc: IVpc;
  readonly cluster: ICluster;
  readonly proxy: ProxyConfig;
  /** Port on which the gateway takes requests. */
  readonly port: number;
}

/** The users' way in: internet, load balancer, gateway proxy, mesh. */
export class Ingress extends Construct {
  /** Group of the gateway's tasks; the ingress service admits it. */
  readonly gatewaySecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(scope, id);
    const { environment, envoy_image: image, log_retention_days: logRetentionDays } = props.platform;
    const door = new LoadBalancer(this, 'Door', { platform: props.platform, vpc: props.vpc });
    this.gatewaySecurityGroup = this.createGatewayGroup(props, door.balancer);
    const gateway = new GatewayService(this, 'Gateway', {
      environment,
      cluster: props.cluster,
      image,
      proxy: props.proxy,
      port: props.port,
      securityGroup: this.gatewaySecurityGroup,
      logRetentionDays,
    });
    const targets = this.createTargetGroup(props);
    gateway.service.attachToApplicationTargetGroup(targets);
    // ECS refuses a service whose target group no listener uses yet.
    gateway.service.node.addDependency(door.listen(targets));
    const scheme = props.platform.load_balancer.certificate_arn === undefined ? 'http' : 'https';
    new CfnOutput(this, 'ApplicationUrl', {
      value: `${scheme}://${door.balancer.loadBalancerDnsName}`,
      description: 'The application',
    });
  }

  private createGatewayGroup(props: IngressProps, balancer: ApplicationLoadBalancer): SecurityGroup {
    const group = new SecurityGroup(this, 'GatewayGroup', {
      vpc: props.vpc,
      securityGroupName: `${props.platform.environment}-gateway`,
      description: 'Load balancer to the gateway proxy',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS endpoints: image, mesh configuration, logs');
    group.addEgressRule(Peer.ipv4(props.vpc.vpcCidrBlock), Port.allTcp(), 'services of the mesh');
    for (const port of [props.port, GATEWAY_STATUS_PORT]) {
      balancer.connections.allowTo(group, Port.tcp(port), 'load balancer to gateway');
    }
    return group;
  }

  private createTargetGroup(props: IngressProps): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, 'Targets', {
      targetGroupName: `${props.platform.environment}-gateway`,
      vpc: props.vpc,
      targetType: TargetType.IP,
      port: props.port,
      protocol: ApplicationProtocol.HTTP,
      deregistrationDelay: Duration.seconds(30),
      // The proxy's own state, not the application's: a bad version must not take the gateway down with it.
      healthCheck: {
        port: String(GATEWAY_STATUS_PORT),
        path: '/status',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }
}
