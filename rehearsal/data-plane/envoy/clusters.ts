import {
  compoundId,
  type HealthProbe,
  type IngressListener,
  type MeshProtocol,
  type Target,
} from '../plan/model';
import { duration, type Json, socketAddress, typed } from './types';

/** Envoy's breakers off, as App Mesh sets them; its own default of 3 concurrent retries would fail requests. */
const UNLIMITED = 2_147_483_647;
/** Shortest wall interval of active checks, however fast the clock runs. */
const MIN_PROBE_INTERVAL_MILLIS = 100;

/** What cluster rendering needs to know about the rehearsal. */
export interface ClusterSettings {
  /** Virtual seconds per wall second. */
  readonly speed: number;
  /** Idle wall milliseconds after which the inbound proxy closes its connection to the application. */
  readonly appIdleMillis: number;
}

function protocolOptions(protocol: MeshProtocol, idleMillis?: number): Json {
  if (protocol === 'tcp') return {};
  const explicit = protocol === 'http' ? { http_protocol_options: {} } : { http2_protocol_options: {} };
  const fields: Json = {
    explicit_http_config: explicit,
    ...(idleMillis === undefined
      ? {}
      : { common_http_protocol_options: { idle_timeout: duration(idleMillis) } }),
  };
  const key = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return { typed_extension_protocol_options: { [key]: typed(key, fields) } };
}

function limits(pool: IngressListener['pool'] = {}): Json {
  return {
    circuit_breakers: {
      thresholds: [
        {
          max_connections: pool.maxConnections ?? UNLIMITED,
          max_pending_requests: pool.maxPendingRequests ?? UNLIMITED,
          max_requests: pool.maxRequests ?? UNLIMITED,
          max_retries: UNLIMITED,
        },
      ],
    },
  };
}

function probeKind(probe: HealthProbe, host: string): Json {
  if (probe.protocol === 'tcp') return { tcp_health_check: {} };
  if (probe.protocol === 'grpc') return { grpc_health_check: {} };
  return {
    http_health_check: {
      path: probe.path,
      host,
      codec_client_type: probe.protocol === 'http2' ? 'HTTP2' : 'HTTP1',
      expected_statuses: [{ start: 200, end: 300 }],
      // Without these one bad answer is enough, whatever the unhealthy threshold says.
      retriable_statuses: [
        { start: 100, end: 200 },
        { start: 300, end: 600 },
      ],
    },
  };
}

function healthChecks(target: Target, settings: ClusterSettings): Json {
  const probe = target.healthProbe;
  if (probe === undefined) return {};
  const interval = duration(Math.max(MIN_PROBE_INTERVAL_MILLIS, probe.intervalMillis / settings.speed));
  return {
    ignore_health_on_host_removal: true,
    health_checks: [
      {
        timeout: duration(probe.timeoutMillis),
        interval,
        no_traffic_interval: interval,
        no_traffic_healthy_interval: interval,
        unhealthy_threshold: probe.unhealthyThreshold,
        healthy_threshold: probe.healthyThreshold,
        ...probeKind(probe, target.node),
      },
    ],
  };
}

function cluster(name: string, endpoints: Target['endpoints'], more: Json): Json {
  return typed('envoy.config.cluster.v3.Cluster', {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: endpoints.map((endpoint) => ({ endpoint: { address: socketAddress(endpoint) } })),
        },
      ],
    },
    ...more,
  });
}

/** The cluster of one version as one caller sees it. */
export function targetCluster(target: Target, settings: ClusterSettings): Json {
  return cluster(target.id, target.endpoints, {
    ...protocolOptions(target.protocol),
    ...limits(),
    ...healthChecks(target, settings),
  });
}

/** The cluster of the application behind an inbound hop. */
export function appCluster(ingress: IngressListener, settings: ClusterSettings): Json {
  return cluster(ingress.id, [ingress.app], {
    // One set of counters for all tasks of the node, which therefore outlives each of them.
    alt_stat_name: ingressStatName(ingress.node),
    ...protocolOptions(ingress.protocol, settings.appIdleMillis),
    ...limits(ingress.pool),
  });
}

/** The cluster by which a gateway reaches its own egress listener, as App Mesh's self-redirect does. */
export function redirectCluster(
  id: string,
  address: Target['endpoints'][number],
  protocol: MeshProtocol,
): Json {
  return cluster(redirectName(id), [address], { ...protocolOptions(protocol), ...limits() });
}

/** Name of the self-redirect cluster of an egress listener. */
export function redirectName(egressId: string): string {
  return `self_redirect~${egressId}`;
}

/** Name under which the clusters of all tasks of a node count together. */
export function ingressStatName(node: string): string {
  return compoundId('ingress', node);
}
