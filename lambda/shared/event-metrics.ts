import type { RolloutEvent } from '../../core/events';
import { PROXY_METRIC_NAMESPACE } from '../../core/health/proxy-metrics';
import {
  ROLLOUT_DIMENSIONS,
  ROLLOUT_METRIC,
  type RolloutMetricName,
} from '../../core/rollout/rollout-metrics';

/** Members of a log line from which CloudWatch makes a metric: the embedded metric format. */
export type MetricLine = Readonly<Record<string, unknown>>;

/**
 * What an event says in numbers, one line for each metric: CloudWatch Logs reads them from the function's own log, so
 * that no function needs a permission or a call for it.
 */
export function metricLines(event: RolloutEvent): readonly MetricLine[] {
  const { at, environment, service } = event;
  const line = (name: RolloutMetricName, value: number, last: readonly string[] = []) =>
    metricLine(name, value, { at, values: [environment, service, ...last] });
  switch (event.type) {
    case 'TrafficShifted':
      return [
        ...Object.entries(event.weights).map(([version, weight]) =>
          line(ROLLOUT_METRIC.weight, weight, [version]),
        ),
        line(ROLLOUT_METRIC.held, 0),
      ];
    case 'StepHeld':
      return [line(ROLLOUT_METRIC.held, 1)];
    case 'RolloutCompleted':
      return [line(ROLLOUT_METRIC.completed, 1, [event.outcome]), line(ROLLOUT_METRIC.held, 0)];
    default:
      return [];
  }
}

function metricLine(
  name: RolloutMetricName,
  value: number,
  about: { readonly at: string; readonly values: readonly string[] },
): MetricLine {
  const dimensions: readonly string[] = ROLLOUT_DIMENSIONS[name];
  return {
    _aws: {
      Timestamp: Date.parse(about.at),
      CloudWatchMetrics: [
        { Namespace: PROXY_METRIC_NAMESPACE, Dimensions: [dimensions], Metrics: [{ Name: name }] },
      ],
    },
    ...Object.fromEntries(dimensions.map((dimension, index) => [dimension, about.values[index]])),
    [name]: value,
  };
}
