import { Duration } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge';
import type { ProxyConfig } from '../traffic-routing/traffic-routing';
import { GATEWAY_STATUS_PORT, GatewayService } from './gateway-service';

/** What the ingress is made from. */
export interface IngressProps {
  readonly environment: string;
  readonly vpc: IVpc;
  readonly cluster: ICluster;
  /** Envoy image. */
  readonly image: string;
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
    const balancer = this.createBalancer(props);
    this.gatewaySecurityGroup = this.createGatewayGroup(props, balancer);
    const gateway = new GatewayService(this, 'Gateway', {
      environment: props.environment,
      cluster: props.cluster,
      image: props.image,
      proxy: props.proxy,
      port: props.port,
      securityGroup: this.gatewaySecurityGroup,
    });
    const targets = this.createTargetGroup(props);
    gateway.service.attachToApplicationTargetGroup(targets);
    const listener = balancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultTargetGroups: [targets],
    });
    gateway.service.node.addDependency(listener);
  }

  private createBalancer(props: IngressProps): ApplicationLoadBalancer {
    const securityGroup = new SecurityGroup(this, 'BalancerGroup', {
      vpc: props.vpc,
      securityGroupName: `${props.environment}-balancer`,
      description: 'Users to the load balancer',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(80), 'users');
    acknowledge(securityGroup, {
      'AwsSolutions-EC23': 'the one door that users come through; every other group admits groups alone',
    });
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      loadBalancerName: `${props.environment}-ingress`,
      vpc: props.vpc,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      securityGroup,
    });
    acknowledge(balancer, {
      'AwsSolutions-ELB2': 'the gateway behind it logs every request to the gateway’s log group',
    });
    return balancer;
  }

  private createGatewayGroup(props: IngressProps, balancer: ApplicationLoadBalancer): SecurityGroup {
    const group = new SecurityGroup(this, 'GatewayGroup', {
      vpc: props.vpc,
      securityGroupName: `${props.environment}-gateway`,
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
      targetGroupName: `${props.environment}-gateway`,
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
