import type {
  GatewayRouteSpec,
  GrpcGatewayRoute,
  GrpcRoute,
  HttpGatewayRoute,
  HttpRoute,
  HttpRouteHeader,
  RouteSpec,
} from '@aws-sdk/client-app-mesh';
import type { HeaderMatch, HttpMatch, TextMatch } from './model';

type HttpMatchSpec = NonNullable<HttpRoute['match']>;
type GatewayMatchSpec = NonNullable<HttpGatewayRoute['match']>;
type HeaderSpec = Pick<HttpRouteHeader, 'name' | 'invert' | 'match'>;

const ANY_PATH: TextMatch = { kind: 'prefix', value: '/' };

function headerMatch(spec: HeaderSpec): HeaderMatch {
  const name = (spec.name ?? '').toLowerCase();
  const invert = spec.invert ?? false;
  const match = spec.match;
  if (match?.exact !== undefined) return { name, invert, match: { kind: 'exact', value: match.exact } };
  if (match?.prefix !== undefined) return { name, invert, match: { kind: 'prefix', value: match.prefix } };
  if (match?.suffix !== undefined) return { name, invert, match: { kind: 'suffix', value: match.suffix } };
  if (match?.regex !== undefined) return { name, invert, match: { kind: 'regex', value: match.regex } };
  if (match?.range !== undefined) {
    return {
      name,
      invert,
      match: { kind: 'range', start: match.range.start ?? 0, end: match.range.end ?? 0 },
    };
  }
  return { name, invert, match: { kind: 'present' } };
}

function exactHeader(name: string, value: string): HeaderMatch {
  return { name, invert: false, match: { kind: 'exact', value } };
}

function pathMatch(spec: Pick<HttpMatchSpec, 'prefix' | 'path'>): TextMatch {
  if (spec.path?.exact !== undefined) return { kind: 'exact', value: spec.path.exact };
  if (spec.path?.regex !== undefined) return { kind: 'regex', value: spec.path.regex };
  return spec.prefix === undefined ? ANY_PATH : { kind: 'prefix', value: spec.prefix };
}

function httpMatch(spec: HttpMatchSpec | GatewayMatchSpec | undefined): HttpMatch {
  if (spec === undefined) return { path: ANY_PATH, headers: [], query: [] };
  const headers = (spec.headers ?? []).map(headerMatch);
  if (spec.method !== undefined) headers.push(exactHeader(':method', spec.method));
  if ('scheme' in spec && spec.scheme !== undefined) headers.push(exactHeader(':scheme', spec.scheme));
  if ('hostname' in spec && spec.hostname?.exact !== undefined) {
    headers.push(exactHeader(':authority', spec.hostname.exact));
  }
  if ('hostname' in spec && spec.hostname?.suffix !== undefined) {
    headers.push({
      name: ':authority',
      invert: false,
      match: { kind: 'suffix', value: spec.hostname.suffix },
    });
  }
  const query = (spec.queryParameters ?? []).map((parameter) => ({
    name: parameter.name ?? '',
    ...(parameter.match?.exact === undefined ? {} : { exact: parameter.match.exact }),
  }));
  return { path: pathMatch(spec), headers, query };
}

function grpcMatch(spec: GrpcRoute['match'] | GrpcGatewayRoute['match']): HttpMatch {
  const method = spec !== undefined && 'methodName' in spec ? spec.methodName : undefined;
  const service = spec?.serviceName;
  const path: TextMatch =
    service === undefined
      ? ANY_PATH
      : method === undefined
        ? { kind: 'prefix', value: `/${service}/` }
        : { kind: 'exact', value: `/${service}/${method}` };
  return { path, headers: (spec?.metadata ?? []).map(headerMatch), query: [] };
}

/** Conditions of a route of a virtual router. */
export function routeMatch(spec: RouteSpec): HttpMatch {
  return spec.grpcRoute === undefined
    ? httpMatch((spec.httpRoute ?? spec.http2Route)?.match)
    : grpcMatch(spec.grpcRoute.match);
}

/** Conditions of a gateway route. */
export function gatewayRouteMatch(spec: GatewayRouteSpec): HttpMatch {
  return spec.grpcRoute === undefined
    ? httpMatch((spec.httpRoute ?? spec.http2Route)?.match)
    : grpcMatch(spec.grpcRoute.match);
}

/** Order in which routes are tried: smaller priority number first, then exact, regex and longer prefixes. */
export function byPrecedence(
  a: { readonly priority: number | undefined; readonly match: HttpMatch },
  b: { readonly priority: number | undefined; readonly match: HttpMatch },
): number {
  const priority = (a.priority ?? 1001) - (b.priority ?? 1001);
  if (priority !== 0) return priority;
  const rank = { exact: 0, regex: 1, prefix: 2, suffix: 3 } as const;
  const kind = rank[a.match.path.kind] - rank[b.match.path.kind];
  if (kind !== 0) return kind;
  const length = b.match.path.value.length - a.match.path.value.length;
  if (length !== 0) return length;
  return b.match.headers.length + b.match.query.length - (a.match.headers.length + a.match.query.length);
}
