import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PROXY_METRIC_NAMESPACE } from '../../core/health/proxy-metrics';

/** Most datapoints that `PutMetricData` takes in one call. */
const MAX_DATA = 1000;

/** Publishes through `PutMetricData`; rejects with the call's own error. */
export function publishTo(client: CloudWatchClient): (data: readonly MetricDatum[]) => Promise<void> {
  return async (data) => {
    for (let from = 0; from < data.length; from += MAX_DATA) {
      const MetricData = data.slice(from, from + MAX_DATA);
      await client.send(new PutMetricDataCommand({ Namespace: PROXY_METRIC_NAMESPACE, MetricData }));
    }
  };
}
