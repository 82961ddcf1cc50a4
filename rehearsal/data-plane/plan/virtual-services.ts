import type {
  Duration,
  GrpcRetryPolicy,
  HttpRetryPolicy,
  RouteSpec,
  WeightedTarget,
} from '@aws-sdk/client-app-mesh';
import type { MeshSnapshot } from '../../contracts';
import { byPrecedence, routeMatch } from './matchers';
import {
  DEFAULT_IDLE_MILLIS,
  DEFAULT_REQUEST_TIMEOUT_MILLIS,
  type HttpRouteRule,
  type MeshProtocol,
  type RetryRule,
  type WeightedNode,
} from './model';

/** What lies behind one port of a virtual service. */
export interface ServicePort {
  readonly port: number;
  readonly protocol: MeshProtocol;
  readonly routes: readonly HttpRouteRule[];
  readonly tcp?: { readonly targets: readonly WeightedNode[]; readonly idleMillis: number };
}

type Router = MeshSnapshot['virtualRouters'][number];
type NamedRoute = Router['routes'][number];

/** Milliseconds of an App Mesh duration, or `fallback` when there is none. */
export function durationMillis(duration: Duration | undefined, fallback: number): number {
  if (duration?.value === undefined) return fallback;
  return duration.unit === 's' ? duration.value * 1000 : duration.value;
}

const RETRY_WORDS: Readonly<Record<string, readonly string[]>> = {
  'server-error': ['5xx'],
  'gateway-error': ['gateway-error'],
  'client-error': ['retriable-4xx'],
  'stream-error': ['refused-stream', 'reset'],
  'connection-error': ['connect-failure'],
};

function retryRule(policy: (HttpRetryPolicy & GrpcRetryPolicy) | undefined): RetryRule | undefined {
  if (policy?.maxRetries === undefined || policy.maxRetries === 0) return undefined;
  const events = [
    ...(policy.httpRetryEvents ?? []),
    ...(policy.tcpRetryEvents ?? []),
    ...(policy.grpcRetryEvents ?? []),
  ];
  const on = [...new Set(events.flatMap((event) => RETRY_WORDS[event] ?? [event]))];
  return { maxRetries: policy.maxRetries, perTryMillis: durationMillis(policy.perRetryTimeout, 0), on };
}

function weightedNodes(targets: readonly WeightedTarget[] | undefined): WeightedNode[] {
  return (targets ?? []).map((target) => ({
    node: target.virtualNode ?? '',
    weight: target.weight ?? 0,
  }));
}

function httpRoute(route: NamedRoute): HttpRouteRule {
  const spec = route.spec.grpcRoute ?? route.spec.httpRoute ?? route.spec.http2Route;
  const retry = retryRule(spec?.retryPolicy);
  return {
    name: route.name,
    match: routeMatch(route.spec),
    targets: weightedNodes(spec?.action?.weightedTargets),
    timeoutMillis: durationMillis(spec?.timeout?.perRequest, DEFAULT_REQUEST_TIMEOUT_MILLIS),
    idleMillis: durationMillis(spec?.timeout?.idle, DEFAULT_IDLE_MILLIS),
    ...(retry === undefined ? {} : { retry }),
  };
}

/** Port condition of a route; absent means every listener of its router. */
function matchPort(spec: RouteSpec): number | undefined {
  return (
    (spec.httpRoute ?? spec.http2Route)?.match?.port ??
    spec.grpcRoute?.match?.port ??
    spec.tcpRoute?.match?.port
  );
}

function tcpPart(routes: readonly NamedRoute[]): ServicePort['tcp'] {
  const first = routes
    .filter((route) => route.spec.tcpRoute !== undefined)
    .sort((a, b) => (a.spec.priority ?? 1001) - (b.spec.priority ?? 1001))[0]?.spec.tcpRoute;
  return {
    targets: weightedNodes(first?.action?.weightedTargets),
    idleMillis: durationMillis(first?.timeout?.idle, DEFAULT_IDLE_MILLIS),
  };
}

function portOfRouter(router: Router, port: number, protocol: MeshProtocol): ServicePort {
  const routes = router.routes.filter((route) => [undefined, port].includes(matchPort(route.spec)));
  if (protocol === 'tcp') return { port, protocol, routes: [], tcp: tcpPart(routes) };
  const rules = routes
    .filter((route) => route.spec.tcpRoute === undefined)
    .map((route) => ({
      priority: route.spec.priority,
      match: routeMatch(route.spec),
      rule: httpRoute(route),
    }))
    .sort(byPrecedence);
  return { port, protocol, routes: rules.map(({ rule }) => rule) };
}

function portOfNode(node: string, port: number, protocol: MeshProtocol): ServicePort {
  const targets = [{ node, weight: 100 }];
  if (protocol === 'tcp') {
    return { port, protocol, routes: [], tcp: { targets, idleMillis: DEFAULT_IDLE_MILLIS } };
  }
  const route: HttpRouteRule = {
    name: node,
    match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    targets,
    timeoutMillis: DEFAULT_REQUEST_TIMEOUT_MILLIS,
    idleMillis: DEFAULT_IDLE_MILLIS,
  };
  return { port, protocol, routes: [route] };
}

/** The ports of a virtual service with what lies behind them; empty when it has no provider. */
export function servicePorts(mesh: MeshSnapshot, virtualService: string): readonly ServicePort[] {
  const provider = mesh.virtualServices.find(({ name }) => name === virtualService)?.spec.provider;
  const routerName = provider?.virtualRouter?.virtualRouterName;
  const nodeName = provider?.virtualNode?.virtualNodeName;
  const router = mesh.virtualRouters.find(({ name }) => name === routerName);
  const node = mesh.virtualNodes.find(({ name }) => name === nodeName);
  if (router !== undefined) {
    return (router.spec.listeners ?? []).map(({ portMapping }) =>
      portOfRouter(router, portMapping?.port ?? 0, (portMapping?.protocol ?? 'http') as MeshProtocol),
    );
  }
  return (node?.spec.listeners ?? []).map(({ portMapping }) =>
    portOfNode(node?.name ?? '', portMapping?.port ?? 0, (portMapping?.protocol ?? 'http') as MeshProtocol),
  );
}
