import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { InvalidInput } from '../../../core/errors';
import {
  NODE_METRIC,
  PROXY_DIMENSION,
  PROXY_METRIC_NAMESPACE,
  TARGET_METRIC,
} from '../../../core/health/proxy-metrics';
import type { CustomMetricQuery, ObservationQuery } from '../../../core/ports/metrics';

type MetricsBinding = Pick<ServiceBinding, 'environment' | 'service' | 'protocol' | 'router'>;

/** Ids of the counts in an observation's queries. Latency quantiles have the id `latency_<quantile>`. */
export const OBSERVATION_ID = {
  callerRequests: 'caller_requests',
  callerErrors: 'caller_errors',
  ownRequests: 'own_requests',
  ownErrors: 'own_errors',
} as const;

/** Id of the query that gives a quantile of latency. */
export function latencyId(quantile: string): string {
  return `latency_${quantile.replaceAll('.', '_')}`;
}

/**
 * What is asked about one version: its callers' counts and latency, and its own proxy's counts.
 * For http, http2 and grpc a failed connection is among the 5xx already; for tcp it is the error.
 */
export function renderObservationQueries(
  binding: MetricsBinding,
  query: ObservationQuery,
): readonly MetricDataQuery[] {
  const version = versionResourceName(binding, query.version);
  const isTcp = binding.protocol === 'tcp';
  const about = (dimension: string) => ({
    [PROXY_DIMENSION.mesh]: binding.router.mesh,
    [dimension]: version,
  });
  const target = about(PROXY_DIMENSION.target);
  const own = about(PROXY_DIMENSION.node);
  const sum = (id: string, name: string, dimensions: Readonly<Record<string, string>>) =>
    metricQuery(id, { name, dimensions, namespace: PROXY_METRIC_NAMESPACE, statistic: 'Sum' }, query);
  const latency = isTcp
    ? []
    : query.quantiles.map((quantile) =>
        metricQuery(
          latencyId(quantile),
          {
            namespace: PROXY_METRIC_NAMESPACE,
            name: TARGET_METRIC.responseTime,
            dimensions: target,
            statistic: quantile,
          },
          query,
        ),
      );
  const { callerRequests, callerErrors, ownRequests, ownErrors } = OBSERVATION_ID;
  return [
    sum(callerRequests, isTcp ? TARGET_METRIC.newConnections : TARGET_METRIC.requests, target),
    sum(callerErrors, isTcp ? TARGET_METRIC.connectFailures : TARGET_METRIC.code5xx, target),
    sum(ownRequests, isTcp ? NODE_METRIC.newConnections : NODE_METRIC.requests, own),
    sum(ownErrors, isTcp ? NODE_METRIC.connectFailures : NODE_METRIC.code5xx, own),
    ...latency,
  ];
}

/** The queries of a custom metric, and the id of the one that is its answer. */
export function renderCustomQueries(
  query: CustomMetricQuery,
  periodSeconds: number,
): { readonly id: string; readonly queries: readonly MetricDataQuery[] } {
  const period = { periodSeconds };
  if (query.expression === undefined) {
    return { id: 'answer', queries: [metricQuery('answer', completeMetric(query), period)] };
  }
  const metrics = Object.entries(query.metrics ?? {});
  const id = freeId(metrics.map(([name]) => name));
  const parts = metrics.map(([name, metric]) => ({
    ...metricQuery(name, metric, period),
    ReturnData: false,
  }));
  return {
    id,
    queries: [...parts, { Id: id, Expression: query.expression, Period: periodSeconds, ReturnData: true }],
  };
}

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: string;
}

function metricQuery(
  id: string,
  metric: Metric,
  period: { readonly periodSeconds: number },
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period.periodSeconds,
      Stat: metric.statistic,
    },
    ReturnData: true,
  };
}

function completeMetric(query: CustomMetricQuery): Metric {
  const { namespace, name, statistic, dimensions } = query;
  if (namespace === undefined || name === undefined || statistic === undefined) {
    throw new InvalidInput('metric query', [
      {
        path: '',
        received: JSON.stringify(query),
        allowed: 'namespace, name and statistic, or an expression',
        todo: 'complete the check in deploy.json',
      },
    ]);
  }
  return { namespace, name, statistic, ...(dimensions === undefined ? {} : { dimensions }) };
}

function freeId(taken: readonly string[]): string {
  let id = 'answer';
  while (taken.includes(id)) {
    id += '_';
  }
  return id;
}
