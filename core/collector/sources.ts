import { NODE_METRIC, TARGET_METRIC } from '../health/proxy-metrics';

/** Prefix that Envoy's DogStatsD sink gives to the counters of a cluster. */
export const CLUSTER_STAT_PREFIX = 'envoy.cluster.';

/** Tag in which Envoy puts a cluster's name, and the one with the first digit of an answer's code. */
export const ENVOY_TAG = { cluster: 'envoy.cluster_name', codeClass: 'envoy.response_code_class' } as const;

/** Whose services a statistic is about: those that answer requests, those that take connections, or both. */
export type Speaks = 'requests' | 'tcp' | 'any';

/** One statistic of Envoy, and the metric that it is published as. */
export interface Source {
  /** Name of the statistic below `envoy.cluster.`. */
  readonly stat: string;
  readonly metric: string;
  readonly speaks: Speaks;
  /** Takes answers of this class alone. */
  readonly codeClass?: '2' | '3' | '4' | '5';
  /**
   * Set where several statistics add up to one metric: each is published with a name of its own beside the
   * dimensions, and CloudWatch adds them.
   */
  readonly part?: string;
}

const CODES: readonly Source[] = (
  [
    ['2', TARGET_METRIC.code2xx],
    ['3', TARGET_METRIC.code3xx],
    ['4', TARGET_METRIC.code4xx],
    ['5', TARGET_METRIC.code5xx],
  ] as const
).map(([codeClass, metric]) => ({ stat: 'upstream_rq_xx', metric, speaks: 'requests', codeClass }));

/** Connections for which no endpoint was left: tried and failed, but not among Envoy's connections. */
const NO_ENDPOINT = { stat: 'upstream_cx_none_healthy', speaks: 'tcp', part: 'no-endpoint' } as const;

/**
 * What a caller's proxy knows of a target, from its cluster `cds_egress_<mesh>_<node>_<protocol>_<port>`.
 * `upstream_rq_completed` and `upstream_rq_xx` count a request once, with its last answer: answers that are tried
 * again are counted under `retry.`. Refused connections and time-outs are in both, as 503 and 504.
 */
export const TARGET_SOURCES: readonly Source[] = [
  { stat: 'upstream_rq_completed', metric: TARGET_METRIC.requests, speaks: 'requests' },
  ...CODES,
  { stat: 'upstream_rq_time', metric: TARGET_METRIC.responseTime, speaks: 'requests' },
  { stat: 'upstream_cx_connect_fail', metric: TARGET_METRIC.connectFailures, speaks: 'any' },
  { ...NO_ENDPOINT, metric: TARGET_METRIC.connectFailures },
  { stat: 'upstream_cx_total', metric: TARGET_METRIC.newConnections, speaks: 'tcp' },
  { ...NO_ENDPOINT, metric: TARGET_METRIC.newConnections },
];

/** What a version's own proxy knows, from the cluster of its application, `cds_ingress_<mesh>_<node>_…`. */
export const NODE_SOURCES: readonly Source[] = [
  { stat: 'upstream_rq_completed', metric: NODE_METRIC.requests, speaks: 'requests' },
  { stat: 'upstream_rq_xx', metric: NODE_METRIC.code5xx, speaks: 'requests', codeClass: '5' },
  { stat: 'upstream_cx_connect_fail', metric: NODE_METRIC.connectFailures, speaks: 'any' },
  { stat: 'upstream_cx_total', metric: NODE_METRIC.newConnections, speaks: 'tcp' },
];

/**
 * Endpoints of a cluster, which every proxy reports of every target it knows, used or not: what zeros are made from.
 * Envoy reports a counter only once it has counted.
 */
export const KNOWN_STAT = 'membership_total';

/** Reported by every proxy that lives. */
export const LIVE_STAT = 'envoy.server.live';
