import { Duration } from 'aws-cdk-lib';
import { MathExpression, SearchExpression } from 'aws-cdk-lib/aws-cloudwatch';
import {
  PROXY_DIMENSION,
  PROXY_METRIC_NAMESPACE,
  type TargetMetricName,
} from '../../../core/health/proxy-metrics';

const MINUTE = 60;

/** Whose versions a search finds: of one service, or of all services of the environment. */
export interface Searched {
  readonly environment: string;
  readonly service?: string;
}

/**
 * One line per version of what callers saw. A search, because versions come and go without the dashboard being
 * changed. CloudWatch compares by words: services whose names hold all words of another's are found with it.
 */
export function perVersion(
  searched: Searched,
  metric: TargetMetricName,
  statistic: string,
): SearchExpression {
  return new SearchExpression({
    expression: searchText(searched, metric, statistic),
    // Only the version's own name as label.
    label: '',
    period: Duration.seconds(MINUTE),
  });
}

/** All versions together. */
export function together(searched: Searched, metric: TargetMetricName, label: string): MathExpression {
  return new MathExpression({
    expression: `SUM(${searchText(searched, metric, 'Sum')})`,
    usingMetrics: {},
    label,
    period: Duration.seconds(MINUTE),
  });
}

/** Percent of requests without a server error, all versions together. */
export function successRate(
  searched: Searched,
  metrics: { readonly requests: TargetMetricName; readonly errors: TargetMetricName },
  label: string,
): MathExpression {
  const requests = `SUM(${searchText(searched, metrics.requests, 'Sum')})`;
  const errors = `SUM(${searchText(searched, metrics.errors, 'Sum')})`;
  return new MathExpression({
    expression: `100 * (1 - ${errors} / ${requests})`,
    usingMetrics: {},
    label,
    period: Duration.seconds(MINUTE),
  });
}

/** A search over other metrics of the namespace, each dimension with the value that it must have, or null for any. */
export function searchRollouts(
  metric: string,
  dimensions: Readonly<Record<string, string | null>>,
  statistic: string,
): string {
  const schema = [PROXY_METRIC_NAMESPACE, ...Object.keys(dimensions)].join(',');
  const terms = Object.entries(dimensions).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${value}"`],
  );
  return `SEARCH('{${schema}} MetricName="${metric}" ${terms.join(' ')}', '${statistic}', ${MINUTE})`;
}

function searchText(searched: Searched, metric: TargetMetricName, statistic: string): string {
  const { mesh, target } = PROXY_DIMENSION;
  const { environment, service } = searched;
  const node = service === undefined ? '' : ` ${target}=${environment}-${service}`;
  return `SEARCH('{${PROXY_METRIC_NAMESPACE},${mesh},${target}} MetricName="${metric}" ${mesh}="${environment}"${node}', '${statistic}', ${MINUTE})`;
}
