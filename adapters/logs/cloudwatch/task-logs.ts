import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ServiceBinding } from '../../../core/config/service-binding';
import type { CanaryError } from '../../../core/errors';
import type { TaskLogs } from '../../../core/ports/task-logs';
import { toCanaryError } from '../../aws-errors';
import { APPLICATION_CONTAINER } from '../../workload/ecs/task-definition';

/** Reads what the awslogs driver wrote: stream `<version>/<container>/<task id>` in the service's log group. */
export class CloudWatchTaskLogs implements TaskLogs {
  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly binding: ServiceBinding,
    private readonly onFailure: (error: CanaryError) => void,
  ) {}

  async lastLines(version: string, task: string, limit: number): Promise<readonly string[]> {
    const logGroupName = this.binding.logGroup;
    const logStreamName = `${version}/${APPLICATION_CONTAINER}/${task}`;
    try {
      const { events } = await this.client.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, limit, startFromHead: false }),
      );
      return (events ?? []).map(({ message }) => (message ?? '').trimEnd());
    } catch (error) {
      this.onFailure(
        toCanaryError({ action: 'logs:GetLogEvents', on: { logGroupName, logStreamName } }, error),
      );
      return [];
    }
  }
}
