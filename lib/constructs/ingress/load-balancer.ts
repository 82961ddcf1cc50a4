import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
  ListenerAction,
  ListenerCertificate,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import { acknowledge } from '../../acknowledge';
import { createAccessLogBucket } from './access-logs';
import { WebAcl } from './web-acl';

/** What the load balancer is made from. */
export interface LoadBalancerProps {
  readonly platform: PlatformConfig;
  readonly vpc: IVpc;
}

/** The one door that users come through: who may knock, how it is locked, and who keeps the visitors' book. */
export class LoadBalancer extends Construct {
  readonly balancer: ApplicationLoadBalancer;
  private readonly certificateArn: string | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { environment, load_balancer: options } = props.platform;
    this.certificateArn = options.certificate_arn;
    this.balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      loadBalancerName: `${environment}-ingress`,
      vpc: props.vpc,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      securityGroup: this.createGroup(props),
    });
    this.keepAccessLogs(props.platform);
    if (options.waf) {
      new WebAcl(this, 'WebAcl', { platform: props.platform, balancerArn: this.balancer.loadBalancerArn });
    }
  }

  /**
   * Sends users to these targets: by HTTPS when there is a certificate (plain HTTP is then redirected), else by HTTP.
   * @returns the listener that users' requests come in through.
   */
  listen(targets: ApplicationTargetGroup): ApplicationListener {
    const http = { port: 80, protocol: ApplicationProtocol.HTTP, open: false };
    if (this.certificateArn === undefined) {
      return this.balancer.addListener('Http', { ...http, defaultTargetGroups: [targets] });
    }
    this.balancer.addListener('Http', {
      ...http,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    return this.balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [ListenerCertificate.fromArn(this.certificateArn)],
      // TLS 1.2 with forward secrecy and authenticated encryption alone, TLS 1.3, and post-quantum key exchange.
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      open: false,
      defaultTargetGroups: [targets],
    });
  }

  private createGroup(props: LoadBalancerProps): SecurityGroup {
    const { environment, load_balancer: options } = props.platform;
    const group = new SecurityGroup(this, 'Group', {
      vpc: props.vpc,
      securityGroupName: `${environment}-balancer`,
      description: 'Users to the load balancer',
      allowAllOutbound: false,
    });
    for (const range of options.allowed_cidrs) {
      for (const port of this.certificateArn === undefined ? [80] : [80, 443]) {
        group.addIngressRule(Peer.ipv4(range), Port.tcp(port), 'users');
      }
    }
    if (options.allowed_cidrs.includes('0.0.0.0/0')) {
      acknowledge(group, {
        'AwsSolutions-EC23': 'the one door that users come through; every other group admits groups alone',
      });
    }
    return group;
  }

  private keepAccessLogs(platform: PlatformConfig): void {
    if (platform.load_balancer.access_logs) {
      this.balancer.logAccessLogs(createAccessLogBucket(this, 'AccessLogs', platform.log_retention_days));
    } else {
      acknowledge(this.balancer, {
        'AwsSolutions-ELB2': 'the gateway behind it logs every request to the gateway’s log group',
      });
    }
  }
}
