import type { RouteSpec } from '@aws-sdk/client-app-mesh';
import { type ServiceBinding, versionOfResource } from '../../core/config/service-binding';
import type { AwsSide } from './aws-side';

/** Weights by version. */
export type VersionWeights = Readonly<Record<string, number>>;

/** Every service's split as its route has it now, by version; without a mesh there is none. */
export function splitsIn(mesh: string, appMesh: AwsSide['appMesh']): ReadonlyMap<string, VersionWeights> {
  const routers = appMesh.meshNames().includes(mesh) ? appMesh.snapshot(mesh).virtualRouters : [];
  return new Map(
    routers.map(({ name, routes }) => {
      const binding = { environment: mesh, service: name };
      // Ours bears the router's name; somebody may have added others.
      const own = routes.find((route) => route.name === name);
      return [name, byVersion(binding, weightsOf(own?.spec))] as const;
    }),
  );
}

/** Weights of a route, by virtual node. */
export function weightsOf(spec: RouteSpec | undefined): Readonly<Record<string, number>> {
  const route = spec?.httpRoute ?? spec?.http2Route ?? spec?.grpcRoute ?? spec?.tcpRoute;
  return Object.fromEntries(
    (route?.action?.weightedTargets ?? []).map(({ virtualNode = '', weight = 0 }) => [virtualNode, weight]),
  );
}

/** Weights by version of those by virtual node; a node that is no version's keeps its name. */
export function byVersion(
  binding: Pick<ServiceBinding, 'environment' | 'service'>,
  weights: Readonly<Record<string, number>>,
): VersionWeights {
  return Object.fromEntries(
    Object.entries(weights).map(([node, weight]) => [versionOfResource(binding, node) ?? node, weight]),
  );
}
