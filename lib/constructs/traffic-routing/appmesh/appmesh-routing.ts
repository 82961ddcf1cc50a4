import {
  CfnGatewayRoute,
  CfnMesh,
  CfnVirtualGateway,
  CfnVirtualRouter,
  CfnVirtualService,
} from 'aws-cdk-lib/aws-appmesh';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../../../core/config/platform-schema';
import type { ServiceBinding } from '../../../../core/config/service-binding';
import { acknowledge } from '../../../acknowledge';
import type { Permission } from '../../permission';
import type { ArnBuilder, ProxyConfig, RoutedService, TrafficRouting } from '../traffic-routing';

/** Port on which the gateway's proxy takes users' requests. */
export const GATEWAY_PORT = 8088;

/** App Mesh at synth time: one mesh and gateway per environment, a router and a virtual service per service. */
export class AppMeshRouting implements TrafficRouting {
  readonly warning =
    'AWS retired App Mesh on 2026-09-30: these templates can be rehearsed, but AWS will refuse to create their ' +
    'AWS::AppMesh resources. Rehearse with them (`make rehearse`) and keep them for parity; do not plan a deployment ' +
    'on `router: appmesh` in platform.yaml.';

  readonly endpoints = { EnvoyManagement: InterfaceVpcEndpointAwsService.APP_MESH_ENVOY_MANAGEMENT };

  private readonly mesh: string;
  private readonly gateway: string;

  constructor(private readonly platform: PlatformConfig) {
    this.mesh = platform.environment;
    this.gateway = `${platform.environment}-ingress`;
  }

  createNetwork(scope: Construct): void {
    const mesh = retired(
      new CfnMesh(scope, 'Mesh', {
        meshName: this.mesh,
        spec: { egressFilter: { type: 'DROP_ALL' } },
      }),
    );
    const gateway = retired(
      new CfnVirtualGateway(scope, 'VirtualGateway', {
        meshName: this.mesh,
        virtualGatewayName: this.gateway,
        spec: {
          listeners: [{ portMapping: { port: GATEWAY_PORT, protocol: 'http' } }],
          logging: { accessLog: { file: { path: '/dev/stdout' } } },
        },
      }),
    );
    gateway.addResourceDependency(mesh);
  }

  gatewayProxy(arn: ArnBuilder): ProxyConfig {
    const resource = `mesh/${this.mesh}/virtualGateway/${this.gateway}`;
    return {
      environment: { APPMESH_RESOURCE_ARN: resource },
      permissions: [
        { actions: ['appmesh:StreamAggregatedResources'], resources: [arn('appmesh', resource)] },
      ],
    };
  }

  taskPermissions(service: string, arn: ArnBuilder): readonly Permission[] {
    const node = `mesh/${this.mesh}/virtualNode/${this.platform.environment}-${service}-*`;
    return [
      {
        actions: ['appmesh:StreamAggregatedResources'],
        resources: [arn('appmesh', node)],
        wildcard: 'each version of this service has a virtual node of its own',
      },
    ];
  }

  bind(scope: Construct, { service, isIngress }: RoutedService): ServiceBinding['router'] {
    const virtualServiceName = `${service.name}.${this.platform.namespace}`;
    const router = retired(
      new CfnVirtualRouter(scope, 'VirtualRouter', {
        meshName: this.mesh,
        virtualRouterName: service.name,
        spec: { listeners: [{ portMapping: { port: service.port, protocol: service.protocol } }] },
      }),
    );
    const virtualService = retired(
      new CfnVirtualService(scope, 'VirtualService', {
        meshName: this.mesh,
        virtualServiceName,
        spec: { provider: { virtualRouter: { virtualRouterName: router.attrVirtualRouterName } } },
      }),
    );
    if (isIngress) {
      this.routeUsersTo(scope, virtualService);
    }
    return {
      kind: 'appmesh',
      mesh: this.mesh,
      virtualRouter: service.name,
      virtualService: virtualServiceName,
      route: service.name,
      envoyImage: this.platform.envoy_image,
    };
  }

  private routeUsersTo(scope: Construct, virtualService: CfnVirtualService): void {
    retired(
      new CfnGatewayRoute(scope, 'GatewayRoute', {
        meshName: this.mesh,
        virtualGatewayName: this.gateway,
        gatewayRouteName: `${this.platform.environment}-users`,
        spec: {
          httpRoute: {
            match: { prefix: '/' },
            action: {
              target: {
                virtualService: { virtualServiceName: virtualService.attrVirtualServiceName },
              },
            },
          },
        },
      }),
    );
  }
}

function retired<Resource extends Construct>(resource: Resource): Resource {
  acknowledge(resource, {
    'CloudFormation-Validate::W3696':
      'App Mesh is chosen in platform.yaml and serves rehearsal; synth says so once, in words, for all of them',
  });
  return resource;
}
