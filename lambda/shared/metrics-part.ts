import { createCloudWatchClient } from '../../adapters/clients';
import { CloudWatchMetrics } from '../../adapters/metrics/cloudwatch/metrics';
import type { Parts } from './parts';

let client: ReturnType<typeof createCloudWatchClient> | undefined;

/** What the proxies reported to CloudWatch. */
export const metrics: NonNullable<Parts['metrics']> = (binding) => {
  client ??= createCloudWatchClient();
  return new CloudWatchMetrics(client, binding);
};
