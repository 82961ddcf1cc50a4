/**
 * The metrics that proxies publish and judges read: the one contract between the two. Names are those of App Mesh's
 * metrics extension and of Envoy, so that dashboards made for them fit.
 *
 * Every value is the sum over one whole minute, stamped with that minute's start; what happened in a minute's last 15
 * seconds may be counted in the next. Zeros are published while the target is known to a caller, so that no datapoint
 * means no data and not no traffic. On AWS the collector beside each proxy publishes them (`core/collector/`), in a
 * rehearsal its metrics agent.
 */

/** CloudWatch namespace of all proxy metrics. */
export const PROXY_METRIC_NAMESPACE = 'ECSCanary';

/** Names of the dimensions. */
export const PROXY_DIMENSION = {
  /** Mesh name; on every metric. */
  mesh: 'Mesh',
  /** Virtual node (version) that requests went to, as its callers' proxies saw it. */
  target: 'TargetVirtualNode',
  /** Virtual node (version) or gateway, as its own proxy saw it. */
  node: 'VirtualNode',
} as const;

/**
 * What callers saw of a target, with dimensions `Mesh` and `TargetVirtualNode`: one datapoint for all callers
 * together. A request that was tried several times counts once, with the outcome that its user saw.
 */
export const TARGET_METRIC = {
  /** Finished requests, failures to connect included. Count. */
  requests: 'envoy_appmesh_RequestCountPerTarget',
  /** Finished requests by group of the answer's code. Count. */
  code2xx: 'envoy_appmesh_HTTPCode_Target_2XX_Count',
  code3xx: 'envoy_appmesh_HTTPCode_Target_3XX_Count',
  code4xx: 'envoy_appmesh_HTTPCode_Target_4XX_Count',
  code5xx: 'envoy_appmesh_HTTPCode_Target_5XX_Count',
  /**
   * Duration of each answered request as its caller saw it, all tries together. Milliseconds, a distribution. Requests
   * that timed out or found no connection are server errors and may be left out: Envoy's histogram on AWS does not have
   * them, the rehearsal's does. Never judge on it alone.
   */
  responseTime: 'envoy_appmesh_TargetResponseTime',
  /** Connections to the target's proxy that could not be made. Count. */
  connectFailures: 'envoy_cluster_upstream_cx_connect_fail',
  /** Connections tried; for tcp instead of the request metrics. Count. */
  newConnections: 'envoy_appmesh_NewConnectionCountPerTarget',
} as const;

/**
 * What a version's own proxy saw, with dimensions `Mesh` and `VirtualNode`. Health checks are connections and no
 * requests, so they count for tcp alone. Each try of a request counts. Blind to whatever never reached the proxy: judge on `TARGET_METRIC` first.
 */
export const NODE_METRIC = {
  /** Requests received. Count; http, http2 and grpc. */
  requests: 'envoy_appmesh_RequestCount',
  /** Requests answered with 5xx. Count; http, http2 and grpc. */
  code5xx: 'envoy_appmesh_HTTPCode_5XX_Count',
  /**
   * Connections from the proxy to its application that could not be made. Count. For tcp this, and not the callers'
   * metric of the same name, shows an application that does not listen: its proxy still takes connections.
   */
  connectFailures: 'envoy_cluster_upstream_cx_connect_fail',
  /** Connections received; for tcp instead of the request metrics. Count. */
  newConnections: 'envoy_appmesh_NewConnectionCount',
} as const;

/**
 * Proxies that report, with the dimension `Mesh` alone: each adds 1 every `COLLECTOR_INTERVAL_SECONDS`. What alarms
 * watch to know that metrics arrive at all.
 */
export const REPORTING_METRIC = 'envoy_server_live';

/** Name of a metric about a target. */
export type TargetMetricName = (typeof TARGET_METRIC)[keyof typeof TARGET_METRIC];

/** Name of a metric of a node's own proxy. */
export type NodeMetricName = (typeof NODE_METRIC)[keyof typeof NODE_METRIC];
