import type { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ServiceConfig } from '../../../core/config/platform-schema';
import type { ServiceBinding } from '../../../core/config/service-binding';
import type { Permission } from '../permission';

/** Configuration of a proxy container: whom it stands for, and what its task may do. */
export interface ProxyConfig {
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
}

/** Builds ARNs in the account and region of a stack. */
export type ArnBuilder = (service: string, resource: string) => string;

/** A service whose traffic is to be routed. */
export interface RoutedService {
  readonly service: ServiceConfig;
  /** True for the service that users reach through the load balancer. */
  readonly isIngress: boolean;
}

/**
 * How traffic is split between versions, at synth time. The run-time half is the `TrafficRouter` port; both know each
 * other by the kind in the service's binding.
 */
export interface TrafficRouting {
  /** What a platform engineer must know before choosing this router; printed once per synth. */
  readonly warning: string | null;

  /** AWS services that the proxies call from the VPC, each under a name for its endpoint's construct. */
  readonly endpoints: Readonly<Record<string, InterfaceVpcEndpointAwsService>>;

  /** Creates what all services share. Called once, in the cluster stack. */
  createNetwork(scope: Construct): void;

  /** How the proxy at the ingress finds its configuration. */
  gatewayProxy(arn: ArnBuilder): ProxyConfig;

  /** What the tasks of a service's versions may do, beyond what the service itself needs. */
  taskPermissions(service: string, arn: ArnBuilder): readonly Permission[];

  /** Makes one service reachable by name, and returns what the run-time router needs to know. */
  bind(scope: Construct, routed: RoutedService): ServiceBinding['router'];
}
