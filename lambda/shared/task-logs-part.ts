import { createCloudWatchLogsClient } from '../../adapters/clients';
import { CloudWatchTaskLogs } from '../../adapters/logs/cloudwatch/task-logs';
import { logger } from './logger';
import type { Parts } from './parts';

let client: ReturnType<typeof createCloudWatchLogsClient> | undefined;

/** What tasks wrote before they stopped. */
export const taskLogs: NonNullable<Parts['taskLogs']> = (binding) => {
  client ??= createCloudWatchLogsClient();
  return new CloudWatchTaskLogs(client, binding, (error) =>
    logger.warn('the task’s last lines cannot be read', error),
  );
};
