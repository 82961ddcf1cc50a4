import type { Service, Task } from '@aws-sdk/client-ecs';
import type { TaskRunner } from '../../../contracts';
import type { ApiContext, ApiService } from '../../api';
import { clusterOperations } from './clusters';
import { type InstanceRegistry, NO_REGISTRY } from './instance-registry';
import { ServiceScheduler } from './scheduler';
import { serviceOperations } from './services';
import { EcsStore } from './store';
import { tagOperations } from './tags';
import { taskDefinitionOperations } from './task-definitions';
import { taskOperations } from './tasks';
import { renderService, renderTask } from './views';

/** What ECS needs of the rest of the rehearsal. */
export interface EcsOptions {
  readonly runner: TaskRunner;
  /** Cloud Map, for services with `serviceRegistries`. Default: registrations go nowhere. */
  readonly registry?: InstanceRegistry;
}

/** A task as the live view and the data plane see it: DescribeTasks's shape and what AWS would not tell. */
export interface EcsTaskView {
  readonly task: Task;
  readonly serviceName: string;
  readonly clusterName: string;
  /** Loopback address, once it runs. */
  readonly ip?: string;
  readonly taskDefinition: import('@aws-sdk/client-ecs').TaskDefinition;
  /** Last lines the container wrote before it stopped, newest last. */
  readonly lastLogLines: readonly string[];
}

/** The ECS API and what the rehearsal itself reads of it. */
export interface EcsService extends ApiService {
  /** Tasks that can be described now: running ones, and stopped ones for an hour; oldest first. */
  tasks(): readonly EcsTaskView[];
  /** Every service, inactive ones included. */
  services(): readonly Service[];
  /** Launches and restarts nothing any more; running tasks are left to the runner's `stopAll`. */
  close(): void;
}

/** Amazon ECS: clusters, task definitions, services kept at their desired count, and their tasks. */
export function createEcsService(context: ApiContext, options: EcsOptions): EcsService {
  const store = new EcsStore(context);
  const scheduler = new ServiceScheduler(store, options.runner, options.registry ?? NO_REGISTRY);
  return {
    signingName: 'ecs',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' }],
    operations: {
      ...clusterOperations(store),
      ...taskDefinitionOperations(store),
      ...serviceOperations(store, scheduler),
      ...taskOperations(store, scheduler),
      ...tagOperations(store),
    },
    tasks: () =>
      store.tasks().map((task) => ({
        task: renderTask(context, task),
        serviceName: task.service.name,
        clusterName: task.service.cluster.name,
        ip: task.ip,
        taskDefinition: task.deployment.taskDefinition.definition,
        lastLogLines: task.lastLogLines,
      })),
    services: () => store.services().map((service) => renderService(store, service)),
    close: () => scheduler.close(),
  };
}
