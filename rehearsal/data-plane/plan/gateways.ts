import type { GatewayRouteSpec } from '@aws-sdk/client-app-mesh';
import type { MeshSnapshot } from '../../contracts';
import { byPrecedence, gatewayRouteMatch } from './matchers';
import type { GatewayRouteRule, HttpMatch } from './model';
import { servicePorts } from './virtual-services';

type Gateway = MeshSnapshot['virtualGateways'][number];

/** A virtual service and port that a gateway leads to. */
export interface GatewayDestination {
  readonly virtualService: string;
  readonly port: number;
}

function actionOf(spec: GatewayRouteSpec) {
  return (spec.httpRoute ?? spec.http2Route)?.action ?? spec.grpcRoute?.action;
}

/** Where a gateway route leads; undefined when its virtual service leads nowhere. */
function destinationOf(mesh: MeshSnapshot, spec: GatewayRouteSpec): GatewayDestination | undefined {
  const target = actionOf(spec)?.target;
  const virtualService = target?.virtualService?.virtualServiceName ?? '';
  const ports = servicePorts(mesh, virtualService).map(({ port }) => port);
  const port = target?.port ?? ports[0];
  return port === undefined || !ports.includes(port) ? undefined : { virtualService, port };
}

/** Default of App Mesh: the host becomes the service's name, the matched prefix becomes `/`. */
function rewriteOf(spec: GatewayRouteSpec, match: HttpMatch, host: string): GatewayRouteRule['rewrite'] {
  const action = (spec.httpRoute ?? spec.http2Route)?.action;
  const rewrite = action?.rewrite;
  const hostname = rewrite?.hostname ?? spec.grpcRoute?.action?.rewrite?.hostname;
  const keepsHost = hostname?.defaultTargetHostname === 'DISABLED';
  const keepsPrefix = rewrite?.prefix?.defaultPrefix === 'DISABLED';
  const hasPrefix = action !== undefined && match.path.kind === 'prefix';
  const prefix = rewrite?.prefix?.value ?? (hasPrefix && !keepsPrefix ? '/' : undefined);
  return {
    ...(keepsHost ? {} : { host }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(rewrite?.path?.exact === undefined ? {} : { path: rewrite.path.exact }),
  };
}

/** Each virtual service and port that the gateway's routes lead to, once. */
export function gatewayDestinations(mesh: MeshSnapshot, gateway: Gateway): readonly GatewayDestination[] {
  const all = gateway.gatewayRoutes.flatMap(({ spec }) => destinationOf(mesh, spec) ?? []);
  return [...new Map(all.map((one) => [`${one.virtualService}:${one.port}`, one])).values()];
}

/** The gateway's routes in the order in which they are tried. */
export function gatewayRoutes(
  mesh: MeshSnapshot,
  gateway: Gateway,
  listenerOf: (destination: GatewayDestination) => string,
): readonly GatewayRouteRule[] {
  return gateway.gatewayRoutes
    .map(({ name, spec }) => ({ name, spec, priority: spec.priority, match: gatewayRouteMatch(spec) }))
    .sort(byPrecedence)
    .map(({ name, spec, match }) => {
      const destination = destinationOf(mesh, spec);
      const host = actionOf(spec)?.target?.virtualService?.virtualServiceName ?? '';
      return {
        name,
        match,
        ...(destination === undefined ? {} : { to: listenerOf(destination) }),
        rewrite: rewriteOf(spec, match, host),
      };
    });
}
