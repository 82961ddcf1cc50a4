import { compoundId, type EgressListener, type GatewayListener, type IngressListener } from '../plan/model';
import { duration, extension, type Json, LISTENER_HEADER, ROUTES_NAME, socketAddress, typed } from './types';

/** Where the shared route configuration is found. */
export interface ListenerSettings {
  readonly routesFile: string;
}

const HTTP = 'envoy.filters.network.http_connection_manager';
const HTTP_TYPE = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const TCP_TYPE = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

/** Envoy's active checks name themselves so; they are no users. */
const NOT_A_PROBE: Json = {
  header_filter: {
    header: {
      name: 'user-agent',
      string_match: { exact: 'Envoy/HC' },
      invert_match: true,
      treat_missing_header_as_empty: true,
    },
  },
};

/**
 * Counts finished requests by code and their whole duration as the downstream side saw it: time-outs, refused
 * connections and retries included, which Envoy's own per-cluster histogram leaves out.
 */
function requestStatistics(scope: string, tag: string, value: string): Json {
  const tags = [{ name: tag, value_format: value }];
  return {
    ...extension('envoy.access_loggers.stats', 'envoy.extensions.access_loggers.stats.v3.Config', {
      stats_scope: { prefix: scope },
      histograms: [{ stat: { name: 'ms', tags }, unit: 'Milliseconds', value_format: '%DURATION%' }],
      counters: [
        {
          stat: { name: 'rq', tags: [...tags, { name: 'code', value_format: '%RESPONSE_CODE%' }] },
          value_fixed: 1,
        },
      ],
    }),
    filter: NOT_A_PROBE,
  };
}

function connectionManager(prefix: string, more: Json): Json {
  return {
    name: HTTP,
    typed_config: typed(HTTP_TYPE, {
      stat_prefix: prefix,
      codec_type: 'AUTO',
      server_header_transformation: 'PASS_THROUGH',
      http_filters: [
        extension('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router'),
      ],
      ...more,
    }),
  };
}

function sharedRoutes(id: string, settings: ListenerSettings): Json {
  return {
    early_header_mutation_extensions: [
      extension(
        'envoy.http.early_header_mutation.header_mutation',
        'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
        {
          mutations: [
            {
              append: {
                header: { key: LISTENER_HEADER, value: id },
                append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
              },
            },
          ],
        },
      ),
    ],
    rds: {
      route_config_name: ROUTES_NAME,
      config_source: { resource_api_version: 'V3', path_config_source: { path: settings.routesFile } },
    },
  };
}

function listener(name: string, address: Json, filter: Json): Json {
  return typed('envoy.config.listener.v3.Listener', {
    name,
    address,
    filter_chains: [{ filters: [filter] }],
  });
}

/** An HTTP listener whose routes come from the shared configuration. */
export function sharedRouteListener(
  id: string,
  address: { readonly host: string; readonly port: number },
  more: Json,
  settings: ListenerSettings,
): Json {
  return listener(
    id,
    socketAddress(address),
    connectionManager(id, { ...sharedRoutes(id, settings), ...more }),
  );
}

function tcpEgress(egress: EgressListener): Json {
  // A zero weight is refused by Envoy; with none left, a cluster that is nowhere makes it close connections.
  const clusters = (egress.tcp?.targets ?? [])
    .filter(({ weight }) => weight > 0)
    .map(({ node, weight }) => ({ name: compoundId(egress.caller, node), weight }));
  return listener(
    egress.id,
    socketAddress(egress.address),
    extension('envoy.filters.network.tcp_proxy', TCP_TYPE, {
      stat_prefix: egress.id,
      idle_timeout: duration(egress.tcp?.idleMillis ?? 0),
      ...(clusters.length === 0 ? { cluster: 'nowhere' } : { weighted_clusters: { clusters } }),
    }),
  );
}

/** Where a caller reaches a virtual service. */
export function egressListener(egress: EgressListener, settings: ListenerSettings): Json {
  if (egress.protocol === 'tcp') return tcpEgress(egress);
  return sharedRouteListener(
    egress.id,
    egress.address,
    { access_log: [requestStatistics('caller', 'target', '%UPSTREAM_CLUSTER%')] },
    settings,
  );
}

/** Where users reach a gateway. */
export function gatewayListener(gateway: GatewayListener, settings: ListenerSettings): Json {
  const statistics = requestStatistics('own', 'node', compoundId(gateway.gateway));
  return sharedRouteListener(gateway.id, gateway.address, { access_log: [statistics] }, settings);
}

/** The inbound hop of a task. */
export function ingressListener(ingress: IngressListener): Json {
  if (ingress.protocol === 'tcp') {
    return listener(
      ingress.id,
      socketAddress(ingress.address),
      extension('envoy.filters.network.tcp_proxy', TCP_TYPE, {
        stat_prefix: ingress.id,
        idle_timeout: duration(ingress.idleMillis),
        cluster: ingress.id,
      }),
    );
  }
  const route = {
    cluster: ingress.id,
    timeout: duration(ingress.timeoutMillis),
    idle_timeout: duration(ingress.idleMillis),
  };
  return listener(
    ingress.id,
    socketAddress(ingress.address),
    connectionManager(ingress.id, {
      access_log: [requestStatistics('own', 'node', compoundId(ingress.node))],
      route_config: {
        name: ingress.id,
        virtual_hosts: [{ name: 'app', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }],
      },
    }),
  );
}
