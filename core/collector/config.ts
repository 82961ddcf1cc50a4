import { PROXY_DIMENSION, PROXY_METRIC_NAMESPACE, REPORTING_METRIC } from '../health/proxy-metrics';
import {
  CLUSTER_STAT_PREFIX,
  ENVOY_TAG,
  KNOWN_STAT,
  LIVE_STAT,
  NODE_SOURCES,
  type Source,
  type Speaks,
  TARGET_SOURCES,
} from './sources';

/** Whom a collector reports for, and where to. */
export interface CollectorPlace {
  readonly mesh: string;
  readonly region: string;
  /** Log group of the environment's metrics; CloudWatch makes metrics of what is written to it. */
  readonly logGroup: string;
  readonly logStream: string;
}

/** Port on loopback to which Envoy sends its statistics; its own default. */
export const STATSD_PORT = 8125;
/** Port on loopback on which the collector tells whether it works; the one that its image's check asks. */
export const COLLECTOR_HEALTH_PORT = 13_133;
/**
 * Seconds between two documents. Each is stamped with its end, so what happened up to this long and one flush of
 * Envoy (5 s) before a minute ended is counted in the next.
 */
export const COLLECTOR_INTERVAL_SECONDS = 10;

/** Most bins of a response time histogram: 4.5 % wide from 1 ms to 15 s, and two documents' worth. */
const MOST_BINS = 160;
const PROTOCOLS: Readonly<Record<Speaks, string>> = {
  requests: '^(http|http2|grpc)$',
  tcp: '^tcp$',
  any: '^(http|http2|grpc|tcp)$',
};
/** Helps to choose data while it is on its way; not published. */
const PROTOCOL_LABEL = 'protocol';
/** Keeps documents apart that hold parts of the same metrics; not a dimension. */
const PART_LABEL = 'part';

type Side = 'target' | 'node';
type Json = Readonly<Record<string, unknown>>;

/**
 * Configuration of the OpenTelemetry collector beside a proxy, as one line of JSON (which is YAML): Envoy's DogStatsD
 * statistics in, the metrics of `core/health/proxy-metrics.ts` and no others out.
 */
export function renderCollectorConfig(place: CollectorPlace): string {
  const config = {
    extensions: { health_check: { endpoint: `127.0.0.1:${COLLECTOR_HEALTH_PORT}` } },
    receivers: { statsd: renderReceiver() },
    processors: {
      'filter/known': { error_mode: 'ignore', metrics: { metric: [`not ${matches('name', knownNames())}`] } },
      'attributes/identify': { actions: identify(place.mesh) },
      metrics_transform: { transforms: renderTransforms() },
      'attributes/clean': { actions: cleaned() },
      'filter/published': {
        error_mode: 'ignore',
        metrics: { metric: [`not ${matches('name', publishedNames())}`] },
      },
    },
    exporters: { awsemf: renderExporter(place) },
    service: {
      extensions: ['health_check'],
      telemetry: { logs: { level: 'warn', encoding: 'json' }, metrics: { level: 'none' } },
      pipelines: {
        metrics: {
          receivers: ['statsd'],
          processors: [
            'filter/known',
            'attributes/identify',
            'metrics_transform',
            'attributes/clean',
            'filter/published',
          ],
          exporters: ['awsemf'],
        },
      },
    },
  };
  // The collector replaces `$NAME`; a dollar sign that stands for itself is written twice.
  return JSON.stringify(config).replaceAll('$', '$$$$');
}

function renderReceiver(): Json {
  const histogram = { observer_type: 'histogram', histogram: { max_size: MOST_BINS } };
  return {
    endpoint: `127.0.0.1:${STATSD_PORT}`,
    aggregation_interval: `${COLLECTOR_INTERVAL_SECONDS}s`,
    // Each of Envoy's threads sends from a port of its own.
    ignore_host: true,
    timer_histogram_mapping: [
      { statsd_type: 'histogram', ...histogram },
      { statsd_type: 'timing', ...histogram },
    ],
  };
}

/** Reads the virtual node and its protocol from the cluster's name; clusters of other kinds get neither. */
function identify(mesh: string): readonly Json[] {
  const pattern = (direction: string, dimension: string) =>
    `^cds_${direction}_${mesh}_(?P<${dimension}>[a-z0-9-]+)_(?P<${PROTOCOL_LABEL}>http|http2|grpc|tcp)_[0-9]+$`;
  const extract = (direction: string, dimension: string) => ({
    key: ENVOY_TAG.cluster,
    action: 'extract',
    pattern: pattern(direction, dimension),
  });
  return [
    // The metrics extension of App Mesh's Envoy puts these on every statistic, about the proxy that reports.
    ...Object.values(PROXY_DIMENSION).map((key) => ({ key, action: 'delete' })),
    extract('egress', PROXY_DIMENSION.target),
    extract('ingress', PROXY_DIMENSION.node),
    { key: PROXY_DIMENSION.mesh, value: mesh, action: 'upsert' },
  ];
}

function renderTransforms(): readonly Json[] {
  return [
    ...TARGET_SOURCES.map((source) => published('target', source)),
    ...NODE_SOURCES.map((source) => published('node', source)),
    ...zeros('target', TARGET_SOURCES),
    ...zeros('node', NODE_SOURCES),
    { include: LIVE_STAT, match_type: 'strict', action: 'update', new_name: REPORTING_METRIC },
  ];
}

function published(side: Side, source: Source): Json {
  const { stat, speaks, codeClass, part } = source;
  return {
    ...chosen(side, stat, speaks, codeClass === undefined ? {} : { [ENVOY_TAG.codeClass]: `^${codeClass}$` }),
    new_name: source.metric,
    operations: part === undefined ? [] : [partLabel(part)],
  };
}

/** A zero of every count of each known target, whether or not it was ever used. */
function zeros(side: Side, sources: readonly Source[]): readonly Json[] {
  return sources
    .filter(({ part, stat }) => part === undefined && stat !== 'upstream_rq_time')
    .map(({ metric, speaks }) => ({
      ...chosen(side, KNOWN_STAT, speaks, {}),
      new_name: metric,
      operations: [
        // A scale of 0 is refused; what is left of the value is cut off when it becomes a whole number.
        { action: 'experimental_scale_value', experimental_scale: 1e-9 },
        { action: 'toggle_scalar_data_type' },
        partLabel('zero'),
      ],
    }));
}

function chosen(side: Side, stat: string, speaks: Speaks, labels: Readonly<Record<string, string>>): Json {
  return {
    include: `^${escapeDots(CLUSTER_STAT_PREFIX + stat)}$`,
    match_type: 'regexp',
    experimental_match_labels: {
      [side === 'target' ? PROXY_DIMENSION.target : PROXY_DIMENSION.node]: '.+',
      [PROTOCOL_LABEL]: PROTOCOLS[speaks],
      ...labels,
    },
    action: 'insert',
  };
}

function partLabel(part: string): Json {
  return { action: 'add_label', new_label: PART_LABEL, new_value: part };
}

/** Removes every label but dimensions and part, whatever else Envoy tags its statistics with. */
function cleaned(): readonly Json[] {
  return [
    { key: PROTOCOL_LABEL, action: 'delete' },
    { pattern: '^(envoy|appmesh)\\..*', action: 'delete' },
    { pattern: '^(VirtualGateway|TargetVirtualService)$', action: 'delete' },
  ];
}

function renderExporter(place: CollectorPlace): Json {
  const { mesh, target, node } = PROXY_DIMENSION;
  const declared = (dimensions: readonly string[], names: readonly string[]) => ({
    dimensions: [dimensions],
    metric_name_selectors: names.map((name) => `^${name}$`),
  });
  return {
    region: place.region,
    namespace: PROXY_METRIC_NAMESPACE,
    log_group_name: place.logGroup,
    log_stream_name: place.logStream,
    version: '1',
    dimension_rollup_option: 'NoDimensionRollup',
    metric_declarations: [
      declared([mesh, target], metricsOf(TARGET_SOURCES)),
      declared([mesh, node], metricsOf(NODE_SOURCES)),
      declared([mesh], [REPORTING_METRIC]),
    ],
  };
}

function metricsOf(sources: readonly Source[]): readonly string[] {
  return [...new Set(sources.map(({ metric }) => metric))];
}

function knownNames(): readonly string[] {
  const stats = [...TARGET_SOURCES, ...NODE_SOURCES].map(({ stat }) => stat);
  return [...new Set([...stats, KNOWN_STAT])].map((stat) => CLUSTER_STAT_PREFIX + stat).concat(LIVE_STAT);
}

function publishedNames(): readonly string[] {
  return metricsOf([...TARGET_SOURCES, ...NODE_SOURCES]).concat(REPORTING_METRIC);
}

/** A condition in the collector's own language, whose strings are read like those of most languages. */
function matches(path: string, names: readonly string[]): string {
  const pattern = `^(${names.map(escapeDots).join('|')})$`;
  return `IsMatch(${path}, ${JSON.stringify(pattern)})`;
}

function escapeDots(name: string): string {
  return name.replaceAll('.', '\\.');
}
