import type { Kind } from './kinds';
import type { GatewayRouteSpecInput, RouteSpecInput } from './schemas/routes';
import type { VirtualNodeSpecInput, VirtualServiceSpecInput } from './schemas/specs';

/** Another resource of the same mesh that a spec names. */
export interface Reference {
  readonly kind: Kind;
  readonly name: string;
}

/** One weighted target of a route. */
export type WeightedTarget = RouteTargets[number];
type RouteTargets = NonNullable<RouteSpecInput['httpRoute']>['action']['weightedTargets'];

/** The weighted targets of a route, whatever its protocol. */
export function weightedTargets(spec: RouteSpecInput): RouteTargets {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute;
  return route?.action.weightedTargets ?? [];
}

/** The port that a route matches, if it does. */
export function matchedPort(spec: RouteSpecInput): number | undefined {
  return (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute)?.match?.port;
}

/**
 * The resources that a spec cannot do without: they must exist when it is written, and cannot be deleted while it does.
 * A virtual node's backends are not among them: App Mesh accepts names of services that do not exist.
 */
export function requiredReferences(kind: Kind, spec: unknown): readonly Reference[] {
  switch (kind) {
    case 'route':
      return weightedTargets(spec as RouteSpecInput).map(({ virtualNode }) => ({
        kind: 'virtualNode',
        name: virtualNode,
      }));
    case 'gatewayRoute':
      return gatewayTargets(spec as GatewayRouteSpecInput);
    case 'virtualService':
      return providers(spec as VirtualServiceSpecInput);
    default:
      return [];
  }
}

/** Names of the virtual services that a virtual node may call. */
export function backendNames(spec: VirtualNodeSpecInput): readonly string[] {
  return (spec.backends ?? []).map(({ virtualService }) => virtualService.virtualServiceName);
}

function gatewayTargets(spec: GatewayRouteSpecInput): readonly Reference[] {
  const target = (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute)?.action.target;
  return target ? [{ kind: 'virtualService', name: target.virtualService.virtualServiceName }] : [];
}

function providers({ provider }: VirtualServiceSpecInput): readonly Reference[] {
  if (provider?.virtualNode) return [{ kind: 'virtualNode', name: provider.virtualNode.virtualNodeName }];
  if (provider?.virtualRouter)
    return [{ kind: 'virtualRouter', name: provider.virtualRouter.virtualRouterName }];
  return [];
}
