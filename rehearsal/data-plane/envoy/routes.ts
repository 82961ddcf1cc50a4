import { SERVED_BY_HEADER } from '../../contracts';
import {
  compoundId,
  type EgressListener,
  type GatewayListener,
  type GatewayRouteRule,
  type HeaderMatch,
  type HttpMatch,
  type HttpRouteRule,
  type RetryRule,
  type RoutingModel,
  type TextMatch,
} from '../plan/model';
import { redirectName } from './clusters';
import { duration, type Json, LISTENER_HEADER, ROUTES_NAME, typed } from './types';

function stringMatch(match: TextMatch): Json {
  return match.kind === 'regex' ? { safe_regex: { regex: match.value } } : { [match.kind]: match.value };
}

function headerMatch(header: HeaderMatch): Json {
  const base = { name: header.name, ...(header.invert ? { invert_match: true } : {}) };
  if (header.match.kind === 'present') return { ...base, present_match: true };
  if (header.match.kind === 'range') {
    return { ...base, range_match: { start: header.match.start, end: header.match.end } };
  }
  return { ...base, string_match: stringMatch(header.match) };
}

function pathMatch(path: TextMatch): Json {
  if (path.kind === 'exact') return { path: path.value };
  return path.kind === 'regex' ? { safe_regex: { regex: path.value } } : { prefix: path.value };
}

function routeMatch(match: HttpMatch): Json {
  return {
    ...pathMatch(match.path),
    headers: match.headers.map(headerMatch),
    query_parameters: match.query.map(({ name, exact }) =>
      exact === undefined ? { name, present_match: true } : { name, string_match: { exact } },
    ),
  };
}

function retryPolicy(retry: RetryRule | undefined): Json {
  if (retry === undefined) return {};
  return {
    retry_policy: {
      retry_on: retry.on.join(','),
      num_retries: retry.maxRetries,
      ...(retry.perTryMillis > 0 ? { per_try_timeout: duration(retry.perTryMillis) } : {}),
      retry_host_predicate: [
        {
          name: 'envoy.retry_host_predicates.previous_hosts',
          typed_config: typed('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate', {}),
        },
      ],
      host_selection_retry_max_attempts: '5',
    },
  };
}

function weightedClusters(caller: string, route: HttpRouteRule): Json {
  return {
    clusters: route.targets.map(({ node, weight }) => ({
      name: compoundId(caller, node),
      weight,
      response_headers_to_add: [
        {
          header: { key: SERVED_BY_HEADER, value: node },
          append_action: 'APPEND_IF_EXISTS_OR_ADD',
        },
      ],
    })),
  };
}

function egressRoute(listener: EgressListener, route: HttpRouteRule): Json {
  const base = { name: route.name, match: routeMatch(route.match) };
  // Envoy refuses weights that sum to 0; App Mesh answers 503 then.
  if (route.targets.every(({ weight }) => weight === 0)) {
    return { ...base, direct_response: { status: 503 } };
  }
  return {
    ...base,
    route: {
      weighted_clusters: weightedClusters(listener.caller, route),
      timeout: duration(route.timeoutMillis),
      idle_timeout: duration(route.idleMillis),
      ...(listener.host === undefined ? {} : { host_rewrite_literal: listener.host }),
      ...retryPolicy(route.retry),
    },
  };
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function rewritten(route: GatewayRouteRule): Json {
  const { host, prefix, path } = route.rewrite;
  const substitute = (regex: string, substitution: string): Json => ({
    regex_rewrite: { pattern: { regex }, substitution },
  });
  // A plain prefix rewrite would make `//b` of `/a/b` when `/a` becomes `/`.
  const slash = prefix?.endsWith('/') ? '/?' : '';
  return {
    ...(host === undefined ? {} : { host_rewrite_literal: host }),
    ...(path === undefined ? {} : substitute('^[^?]*', path)),
    ...(prefix === undefined || path !== undefined
      ? {}
      : substitute(`^${quoted(route.match.path.value)}${slash}`, prefix)),
  };
}

function gatewayRoute(route: GatewayRouteRule): Json {
  const base = { name: route.name, match: routeMatch(route.match) };
  if (route.to === undefined) return { ...base, direct_response: { status: 404 } };
  return {
    ...base,
    // The egress listener behind has the time limit; a second one here would answer without naming a version.
    route: { cluster: redirectName(route.to), timeout: '0s', ...rewritten(route) },
  };
}

function egressHost(listener: EgressListener): Json {
  return {
    name: listener.id,
    domains: [listener.id],
    routes: listener.routes.map((route) => egressRoute(listener, route)),
  };
}

function gatewayHost(listener: GatewayListener): Json {
  return { name: listener.id, domains: [listener.id], routes: listener.routes.map(gatewayRoute) };
}

/** The one route configuration of all listeners: a virtual host for each, picked by `LISTENER_HEADER`. */
export function routeConfiguration(model: RoutingModel): Json {
  return typed('envoy.config.route.v3.RouteConfiguration', {
    name: ROUTES_NAME,
    vhost_header: LISTENER_HEADER,
    request_headers_to_remove: [LISTENER_HEADER],
    virtual_hosts: [
      ...model.egress.filter(({ protocol }) => protocol !== 'tcp').map(egressHost),
      ...model.gateways.map(gatewayHost),
    ],
  });
}
