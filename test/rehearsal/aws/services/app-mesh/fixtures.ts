import * as mesh from '@aws-sdk/client-app-mesh';
import { AppMeshService } from '../../../../../rehearsal/aws/services/app-mesh/service';
import {
  ACCOUNT,
  aClock,
  clientConfig,
  REGION,
  type RunningEndpoint,
  startEndpoint,
} from '../../server/fixtures';

export interface AppMeshFixture extends RunningEndpoint {
  readonly service: AppMeshService;
  readonly client: mesh.AppMeshClient;
  readonly clock: ReturnType<typeof aClock>;
  readonly changes: string[];
}

export async function startAppMesh(
  overrides: Parameters<typeof startEndpoint>[1] = {},
): Promise<AppMeshFixture> {
  const clock = aClock();
  const changes: string[] = [];
  const service = new AppMeshService({
    clock,
    region: REGION,
    account: ACCOUNT,
    changed: (what) => changes.push(what),
  });
  const running = await startEndpoint([service], { clock, ...overrides });
  return {
    ...running,
    service,
    clock,
    changes,
    client: new mesh.AppMeshClient(clientConfig(running.endpoint)),
  };
}

export function arn(path: string): string {
  return `arn:aws:appmesh:${REGION}:${ACCOUNT}:${path}`;
}

/** A valid virtual node spec. */
export function aNodeSpec(overrides: Partial<mesh.VirtualNodeSpec> = {}, port = 4567): mesh.VirtualNodeSpec {
  return {
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'yelb.local', serviceName: 'appserver' } },
    ...overrides,
  };
}

export function anHttpRoute(
  weights: Record<string, number>,
  more: Partial<mesh.HttpRoute> = {},
): mesh.RouteSpec {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
  return { httpRoute: { match: { prefix: '/' }, action: { weightedTargets }, ...more } };
}

/** Short forms of the calls that the tests make most. */
export function verbs(client: mesh.AppMeshClient, meshName = 'm') {
  return {
    mesh: (name = meshName) => client.send(new mesh.CreateMeshCommand({ meshName: name })),
    node: (virtualNodeName: string, spec = aNodeSpec()) =>
      client.send(new mesh.CreateVirtualNodeCommand({ meshName, virtualNodeName, spec })),
    updateNode: (virtualNodeName: string, spec: mesh.VirtualNodeSpec) =>
      client.send(new mesh.UpdateVirtualNodeCommand({ meshName, virtualNodeName, spec })),
    deleteNode: (virtualNodeName: string) =>
      client.send(new mesh.DeleteVirtualNodeCommand({ meshName, virtualNodeName })),
    router: (virtualRouterName: string, ...ports: number[]) =>
      client.send(
        new mesh.CreateVirtualRouterCommand({
          meshName,
          virtualRouterName,
          spec: {
            listeners: (ports.length ? ports : [4567]).map((port) => ({
              portMapping: { port, protocol: 'http' },
            })),
          },
        }),
      ),
    deleteRouter: (virtualRouterName: string) =>
      client.send(new mesh.DeleteVirtualRouterCommand({ meshName, virtualRouterName })),
    route: (virtualRouterName: string, routeName: string, spec: mesh.RouteSpec, clientToken?: string) =>
      client.send(new mesh.CreateRouteCommand({ meshName, virtualRouterName, routeName, spec, clientToken })),
    updateRoute: (virtualRouterName: string, routeName: string, spec: mesh.RouteSpec, clientToken?: string) =>
      client.send(new mesh.UpdateRouteCommand({ meshName, virtualRouterName, routeName, spec, clientToken })),
    deleteRoute: (virtualRouterName: string, routeName: string) =>
      client.send(new mesh.DeleteRouteCommand({ meshName, virtualRouterName, routeName })),
    service: (virtualServiceName: string, provider?: mesh.VirtualServiceProvider) =>
      client.send(new mesh.CreateVirtualServiceCommand({ meshName, virtualServiceName, spec: { provider } })),
    deleteService: (virtualServiceName: string) =>
      client.send(new mesh.DeleteVirtualServiceCommand({ meshName, virtualServiceName })),
    gateway: (virtualGatewayName: string) =>
      client.send(
        new mesh.CreateVirtualGatewayCommand({
          meshName,
          virtualGatewayName,
          spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
        }),
      ),
    deleteGateway: (virtualGatewayName: string) =>
      client.send(new mesh.DeleteVirtualGatewayCommand({ meshName, virtualGatewayName })),
    gatewayRoute: (
      gatewayRouteName: string,
      virtualServiceName: string,
      virtualGatewayName = 'gw',
      prefix = '/',
    ) =>
      client.send(
        new mesh.CreateGatewayRouteCommand({
          meshName,
          virtualGatewayName,
          gatewayRouteName,
          spec: {
            httpRoute: { match: { prefix }, action: { target: { virtualService: { virtualServiceName } } } },
          },
        }),
      ),
    deleteMesh: () => client.send(new mesh.DeleteMeshCommand({ meshName })),
  };
}
