import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { COLLECTOR_INTERVAL_SECONDS } from '../../core/collector/config';
import { METRIC_PERIOD_SECONDS } from '../../core/health/observation';
import {
  NODE_METRIC,
  PROXY_DIMENSION,
  REPORTING_METRIC,
  TARGET_METRIC,
} from '../../core/health/proxy-metrics';
import type { CounterDelta } from './deltas';

/** Most different values that CloudWatch takes in one datum. */
const MAX_VALUES = 150;

interface Place {
  readonly mesh: string;
  readonly timestamp: Date;
}

type Counts = readonly (readonly [name: string, value: number])[];

function counts(place: Place, dimension: string, node: string, values: Counts): MetricDatum[] {
  return values.map(([MetricName, Value]) => ({
    MetricName,
    Dimensions: [
      { Name: PROXY_DIMENSION.mesh, Value: place.mesh },
      { Name: dimension, Value: node },
    ],
    Timestamp: place.timestamp,
    Unit: 'Count',
    Value,
  }));
}

function responseTimes(place: Place, delta: CounterDelta): MetricDatum[] {
  const { upperMillis, counts: amounts } = delta.latency;
  const data: MetricDatum[] = [];
  for (let from = 0; from < upperMillis.length; from += MAX_VALUES) {
    data.push({
      MetricName: TARGET_METRIC.responseTime,
      Dimensions: [
        { Name: PROXY_DIMENSION.mesh, Value: place.mesh },
        { Name: PROXY_DIMENSION.target, Value: delta.target },
      ],
      Timestamp: place.timestamp,
      Unit: 'Milliseconds',
      Values: upperMillis.slice(from, from + MAX_VALUES),
      Counts: amounts.slice(from, from + MAX_VALUES),
    });
  }
  return data;
}

function targetCounts(delta: CounterDelta): Counts {
  const failures = [TARGET_METRIC.connectFailures, delta.connectFailures] as const;
  if (delta.protocol === 'tcp') return [[TARGET_METRIC.newConnections, delta.requests], failures];
  return [
    [TARGET_METRIC.requests, delta.requests],
    [TARGET_METRIC.code2xx, delta.responses['2xx']],
    [TARGET_METRIC.code3xx, delta.responses['3xx']],
    [TARGET_METRIC.code4xx, delta.responses['4xx']],
    [TARGET_METRIC.code5xx, delta.responses['5xx']],
    failures,
  ];
}

function nodeCounts(delta: CounterDelta): Counts {
  const failures = [NODE_METRIC.connectFailures, delta.connectFailures] as const;
  if (delta.protocol === 'tcp') return [[NODE_METRIC.newConnections, delta.requests], failures];
  return [[NODE_METRIC.requests, delta.requests], [NODE_METRIC.code5xx, delta.responses['5xx']], failures];
}

/** The datapoints of one minute, as `PutMetricData` takes them. */
export function metricData(place: Place, deltas: readonly CounterDelta[]): readonly MetricDatum[] {
  return deltas.flatMap((delta) => {
    if (delta.side === 'own') return counts(place, PROXY_DIMENSION.node, delta.target, nodeCounts(delta));
    const times = delta.protocol === 'tcp' ? [] : responseTimes(place, delta);
    return [...counts(place, PROXY_DIMENSION.target, delta.target, targetCounts(delta)), ...times];
  });
}

/** That so many proxies reported in one minute, as their collectors say it on AWS. */
export function reportingDatum(place: Place, proxies: number): MetricDatum {
  return {
    MetricName: REPORTING_METRIC,
    Dimensions: [{ Name: PROXY_DIMENSION.mesh, Value: place.mesh }],
    Timestamp: place.timestamp,
    Unit: 'Count',
    Value: proxies * (METRIC_PERIOD_SECONDS / COLLECTOR_INTERVAL_SECONDS),
  };
}
