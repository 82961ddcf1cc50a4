import type { DescribeTasksRequest, ListTasksRequest, StopTaskRequest } from '@aws-sdk/client-ecs';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { ECS_PAGES, missing } from './clusters';
import { clusterName, lastSegment, requiredText } from './names';
import type { ServiceScheduler } from './scheduler';
import type { EcsStore } from './store';
import { renderTask } from './views';

const MAX_DESCRIBED = 100;

/** ListTasks, DescribeTasks and StopTask. */
export function taskOperations(store: EcsStore, scheduler: ServiceScheduler): ApiService['operations'] {
  const { names } = store;
  const clusterArn = (input: { cluster?: string }) => ({
    'ecs:cluster': names.cluster(clusterName(input.cluster)),
  });
  const arnOf = (cluster: string | undefined, task: string) =>
    names.task(clusterName(cluster), lastSegment(task));
  const listTasks: ApiOperation<ListTasksRequest> = {
    iamAction: 'ecs:ListTasks',
    // The authorization reference knows container instances only; a listing by service names none, so any matches.
    resources: (input) => [names.containerInstances(clusterName(input.cluster))],
    context: clusterArn,
    run: (input) => list(store, input),
  };
  const describeTasks: ApiOperation<DescribeTasksRequest> = {
    iamAction: 'ecs:DescribeTasks',
    resources: (input) => (input.tasks ?? []).map((task) => arnOf(input.cluster, task)),
    context: clusterArn,
    run: (input) => describe(store, input, arnOf),
  };
  const stopTask: ApiOperation<StopTaskRequest> = {
    iamAction: 'ecs:StopTask',
    resources: (input) => [arnOf(input.cluster, input.task ?? '')],
    context: clusterArn,
    run: (input) => {
      const task = store.task(store.cluster(input.cluster), requiredText(input.task, 'task'));
      if (task === undefined)
        throw new ApiError('InvalidParameterException', 'The referenced task was not found.');
      scheduler.stopTask(task, input.reason ?? 'Task stopped by user');
      return { task: renderTask(store.context, task) };
    },
  };
  return { ListTasks: listTasks, DescribeTasks: describeTasks, StopTask: stopTask };
}

function list(store: EcsStore, input: ListTasksRequest) {
  const cluster = store.cluster(input.cluster);
  const service = input.serviceName === undefined ? undefined : store.service(cluster, input.serviceName);
  if (input.serviceName !== undefined && (service === undefined || service.status === 'INACTIVE'))
    throw new ApiError('ServiceNotFoundException', 'Service not found.');
  const desired = input.desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  const found = store
    .tasks()
    .filter((task) => task.service.cluster === cluster && task.desiredStatus === desired)
    .filter((task) => service === undefined || task.service === service)
    .filter((task) => input.family === undefined || task.deployment.taskDefinition.family === input.family)
    .filter((task) => input.startedBy === undefined || task.deployment.id === input.startedBy);
  const page = pageOf(found, input.nextToken, input.maxResults, ECS_PAGES);
  return { taskArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
}

function describe(
  store: EcsStore,
  input: DescribeTasksRequest,
  arnOf: (cluster: string | undefined, task: string) => string,
) {
  const cluster = store.cluster(input.cluster);
  const asked = input.tasks ?? [];
  if (asked.length === 0) throw new ApiError('InvalidParameterException', 'Tasks cannot be empty.');
  if (asked.length > MAX_DESCRIBED)
    throw new ApiError(
      'InvalidParameterException',
      `At most ${MAX_DESCRIBED} tasks can be described at once.`,
    );
  const found = asked.map((given) => store.task(cluster, given));
  return {
    tasks: found.filter((task) => task !== undefined).map((task) => renderTask(store.context, task)),
    failures: asked
      .filter((_, index) => found[index] === undefined)
      .map((given) => missing(arnOf(input.cluster, given))),
  };
}
