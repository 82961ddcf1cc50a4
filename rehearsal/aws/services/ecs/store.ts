import type { Tag } from '@aws-sdk/client-ecs';
import { type ApiContext, ApiError } from '../../api';
import type { ClusterModel, ServiceModel, TaskDefinitionModel, TaskModel } from './model';
import { clusterName, type EcsNames, ecsNames, familyAndRevision, lastSegment } from './names';

/** Stopped tasks can be described for this long, as on AWS. */
const STOPPED_TASK_MILLIS = 3_600_000;

/** All that this account and region hold in ECS. */
export class EcsStore {
  readonly names: EcsNames;
  readonly clusters = new Map<string, ClusterModel>();
  /** Revisions by family, oldest first; a deleted revision leaves its number unused. */
  readonly families = new Map<string, TaskDefinitionModel[]>();
  readonly lastRevision = new Map<string, number>();
  readonly #tasks = new Map<string, TaskModel>();

  constructor(readonly context: ApiContext) {
    this.names = ecsNames(context);
  }

  /** @throws ApiError `ClusterNotFoundException` for an unknown or deleted cluster. */
  cluster(given: string | undefined): ClusterModel {
    const found = this.clusters.get(clusterName(given));
    if (found === undefined || found.status !== 'ACTIVE')
      throw new ApiError('ClusterNotFoundException', 'Cluster not found.');
    return found;
  }

  /** The service of that name or ARN, whatever its status. */
  service(cluster: ClusterModel, given: string): ServiceModel | undefined {
    return cluster.services.get(lastSegment(given));
  }

  /** Every service of every cluster. */
  services(): readonly ServiceModel[] {
    return [...this.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
  }

  addTask(task: TaskModel): void {
    this.#forgetOldTasks();
    this.#tasks.set(task.id, task);
  }

  /** Tasks that can be described now, oldest first. */
  tasks(): readonly TaskModel[] {
    this.#forgetOldTasks();
    return [...this.#tasks.values()];
  }

  tasksOf(service: ServiceModel): readonly TaskModel[] {
    return this.tasks().filter((task) => task.service === service);
  }

  /** The task of that id or ARN in the cluster. */
  task(cluster: ClusterModel, given: string): TaskModel | undefined {
    this.#forgetOldTasks();
    const task = this.#tasks.get(lastSegment(given));
    return task?.service.cluster === cluster ? task : undefined;
  }

  /**
   * A task definition: of a revision, or the newest active one of a family.
   * @throws ApiError `ClientException` when there is none.
   */
  taskDefinition(given: string): TaskDefinitionModel {
    const { family, revision } = familyAndRevision(given);
    const revisions = this.families.get(family) ?? [];
    const found =
      revision === undefined
        ? revisions.findLast((candidate) => candidate.status === 'ACTIVE')
        : revisions.find((candidate) => candidate.revision === revision);
    if (found === undefined) throw new ApiError('ClientException', 'Unable to describe task definition.');
    return found;
  }

  /**
   * What can be tagged, by ARN.
   * @throws ApiError `ClusterNotFoundException`, `ServiceNotFoundException` or `InvalidParameterException`.
   */
  tagged(arn: string): { tags: Tag[] } {
    const kind = arn.split(':')[5]?.split('/')[0];
    if (kind === 'cluster') return this.cluster(arn);
    if (kind === 'task-definition') return this.taskDefinition(arn);
    if (kind === 'service') {
      const service = this.service(this.cluster(arn.split('/')[1]), arn);
      if (service !== undefined && service.status !== 'INACTIVE') return service;
      throw new ApiError('ServiceNotFoundException', 'Service not found.');
    }
    throw new ApiError('InvalidParameterException', `The specified ARN is not supported: ${arn}`);
  }

  #forgetOldTasks(): void {
    const oldest = this.context.clock.now() - STOPPED_TASK_MILLIS;
    for (const [id, task] of this.#tasks) {
      if (task.stoppedAt !== undefined && task.stoppedAt < oldest) this.#tasks.delete(id);
    }
  }
}
