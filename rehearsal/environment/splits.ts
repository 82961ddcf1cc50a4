import { versionOfResource } from '../../core/config/service-binding';
import type { AwsSide } from './aws-side';

/** Weights by version. */
export type VersionWeights = Readonly<Record<string, number>>;

/** Every service's split as its route has it now, by version; without a mesh there is none. */
export function splitsIn(mesh: string, appMesh: AwsSide['appMesh']): ReadonlyMap<string, VersionWeights> {
  const routers = appMesh.meshNames().includes(mesh) ? appMesh.snapshot(mesh).virtualRouters : [];
  return new Map(
    routers.map((router) => {
      const binding = { environment: mesh, service: router.name };
      // Ours bears the router's name; somebody may have added others.
      const spec = router.routes.find(({ name }) => name === router.name)?.spec;
      const action =
        spec?.httpRoute?.action ??
        spec?.http2Route?.action ??
        spec?.grpcRoute?.action ??
        spec?.tcpRoute?.action;
      const weights = (action?.weightedTargets ?? []).map(
        ({ virtualNode = '', weight = 0 }) =>
          [versionOfResource(binding, virtualNode) ?? virtualNode, weight] as const,
      );
      return [router.name, Object.fromEntries(weights)] as const;
    }),
  );
}
