import type { ServiceRegistry } from '@aws-sdk/client-ecs';
import type { ApiContext } from '../../api';
import type { InstanceRegistry } from './instance-registry';
import { containersOf, hasHealthCheck, type TaskModel } from './model';

/** Keeps a task's Cloud Map instances in step with the task, strictly in the order of events. */
export class TaskRegistration {
  /** The last step under way for each task that is registered, by task id. */
  readonly #steps = new Map<string, Promise<void>>();

  constructor(
    private readonly context: ApiContext,
    private readonly registry: InstanceRegistry,
  ) {}

  /** Registers the task with every registry of its service. */
  add(task: TaskModel): void {
    if (task.service.registries.length === 0) return;
    this.#then(task, (arn, entry) => this.registry.register(arn, task.id, this.#attributes(task, entry)));
  }

  /** Passes on what the container health checks say. */
  setHealth(task: TaskModel, healthy: boolean): void {
    if (this.#steps.has(task.id)) this.#then(task, (arn) => this.registry.setHealth(arn, task.id, healthy));
  }

  /** Deregisters the task; resolves once that is done. Nothing to do for a task that was never registered. */
  async remove(task: TaskModel): Promise<void> {
    if (!this.#steps.has(task.id)) return;
    const step = this.#then(task, (arn) => this.registry.deregister(arn, task.id));
    this.#steps.delete(task.id);
    await step;
  }

  #then(
    task: TaskModel,
    act: (registryArn: string, entry: ServiceRegistry) => void | Promise<void>,
  ): Promise<void> {
    const before = this.#steps.get(task.id);
    const run = async () => {
      await before;
      for (const entry of task.service.registries) await act(entry.registryArn ?? '', entry);
    };
    // ECS tries again and goes on when Cloud Map fails; the rehearsal's Cloud Map fails only for a service that is gone.
    const step = run().catch(() => this.context.changed(`ecs:registry-unreachable:${task.id}`));
    this.#steps.set(task.id, step);
    return step;
  }

  #attributes(task: TaskModel, entry: ServiceRegistry): Readonly<Record<string, string>> {
    const { definition, family } = task.deployment.taskDefinition;
    const port = entry.port ?? entry.containerPort ?? firstPort(task);
    return {
      AWS_INSTANCE_IPV4: task.ip ?? '',
      ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
      AWS_INIT_HEALTH_STATUS:
        hasHealthCheck(definition) && task.healthStatus !== 'HEALTHY' ? 'UNHEALTHY' : 'HEALTHY',
      AVAILABILITY_ZONE: `${this.context.region}a`,
      REGION: this.context.region,
      ECS_CLUSTER_NAME: task.service.cluster.name,
      ECS_SERVICE_NAME: task.service.name,
      ECS_TASK_DEFINITION_FAMILY: family,
    };
  }
}

/** AWS leaves the port out of an A record's instance; the data plane of the rehearsal has no other way to learn it. */
function firstPort(task: TaskModel): number | undefined {
  const { definition } = task.deployment.taskDefinition;
  const proxy = definition.proxyConfiguration;
  const appPorts = proxy?.properties?.find(({ name }) => name === 'AppPorts')?.value;
  if (appPorts) return Number(appPorts.split(',')[0]);
  return containersOf(definition).flatMap(({ portMappings }) => portMappings ?? [])[0]?.containerPort;
}
