import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { TaskFailure } from '../../../core/ports/workload';
import { callAws, isAwsError } from '../../aws-errors';
import { inChunks, listAll } from '../../paging';
import { APPLICATION_CONTAINER } from './task-definition';

/** DescribeTasks takes no more at once. */
const MAX_DESCRIBED = 100;
/** Stopped tasks looked at; a crash loop leaves one every few seconds for an hour. */
const MAX_FAILURES = 20;

/** Stops that say nothing about the version: somebody or the platform wanted them. */
const ORDERED_STOPS = new Set(['UserInitiated', 'SpotInterruption', 'TerminationNotice']);

/** Tasks of an ECS service, kept ones (`RUNNING`) or ended ones (`STOPPED`); none when the service is gone. */
export async function readTasks(
  client: ECSClient,
  cluster: string,
  serviceName: string,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<readonly Task[]> {
  const arns = await listAll((nextToken) =>
    callAws({ action: 'ecs:ListTasks', on: { cluster, service: serviceName } }, async () => {
      try {
        const page = nextToken === undefined ? {} : { nextToken };
        const answer = await client.send(
          new ListTasksCommand({ cluster, serviceName, desiredStatus, ...page }),
        );
        return { items: answer.taskArns, next: answer.nextToken };
      } catch (error) {
        if (isAwsError(error, 'ServiceNotFoundException')) {
          return { items: [], next: undefined };
        }
        throw error;
      }
    }),
  );
  const chunks = inChunks(arns, MAX_DESCRIBED).map((tasks) =>
    callAws({ action: 'ecs:DescribeTasks', on: { cluster, service: serviceName } }, async () => {
      const answer = await client.send(new DescribeTasksCommand({ cluster, tasks }));
      return answer.tasks ?? [];
    }),
  );
  return (await Promise.all(chunks)).flat();
}

/** What went wrong with the tasks that stopped by themselves, newest first. */
export function readFailures(stopped: readonly Task[]): readonly TaskFailure[] {
  return stopped
    .filter(stoppedByItself)
    .sort((a, b) => stopTime(b) - stopTime(a))
    .slice(0, MAX_FAILURES)
    .map(toFailure);
}

function stoppedByItself(task: Task): boolean {
  const scaledIn =
    task.stopCode === 'ServiceSchedulerInitiated' &&
    (task.stoppedReason ?? '').startsWith('Scaling activity');
  return !scaledIn && !ORDERED_STOPS.has(task.stopCode ?? '');
}

function stopTime(task: Task): number {
  return (task.stoppedAt ?? task.stoppingAt ?? task.createdAt)?.getTime() ?? 0;
}

/** The container that ended the task tells why: the application when it has something to say, else any other. */
function toFailure(task: Task): TaskFailure {
  const containers = task.containers ?? [];
  const telling = containers.filter(({ exitCode, reason }) => reason !== undefined || (exitCode ?? 0) !== 0);
  const container = telling.find(({ name }) => name === APPLICATION_CONTAINER) ?? telling[0] ?? containers[0];
  const exit =
    container?.exitCode === undefined
      ? []
      : [`container "${container.name}" exited with code ${container.exitCode}`];
  const words = [task.stoppedReason, ...exit, container?.reason].filter(
    (word, index, all) => word !== undefined && all.indexOf(word) === index,
  );
  return {
    task: (task.taskArn ?? '').split('/').at(-1) ?? '',
    at: new Date(stopTime(task)).toISOString(),
    reason: words.length === 0 ? 'stopped without a reason given by ECS' : words.join('; '),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
  };
}
