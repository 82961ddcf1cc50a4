import { randomBytes } from 'node:crypto';
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { TaskChange, TaskRequest, TaskRunner } from '../../../contracts';
import type { InstanceRegistry } from './instance-registry';
import { type DeploymentModel, isKept, type ServiceModel, type TaskModel } from './model';
import type { EcsStore } from './store';
import { TaskRegistration } from './task-registration';

const UNHEALTHY_REASON = 'Task failed container health checks';

/** Told of every change; `failed` is true when a task ended or fell ill without being asked to stop. */
export type TaskListener = (task: TaskModel, failed: boolean) => void;

/** Moves tasks through PROVISIONING, PENDING, RUNNING, DEACTIVATING, STOPPING and STOPPED. */
export class TaskLifecycle {
  readonly #registration: TaskRegistration;
  #isClosed = false;

  constructor(
    private readonly store: EcsStore,
    private readonly runner: TaskRunner,
    registry: InstanceRegistry,
    private readonly listener: TaskListener,
  ) {
    this.#registration = new TaskRegistration(store.context, registry);
  }

  /** Creates a task of the deployment and hands it to the runner. */
  start(service: ServiceModel, deployment: DeploymentModel): void {
    const id = randomBytes(16).toString('hex');
    const task: TaskModel = {
      id,
      arn: this.store.names.task(service.cluster.name, id),
      service,
      deployment,
      createdAt: this.store.context.clock.now(),
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      version: 1,
      isLaunched: false,
      lastLogLines: [],
    };
    this.store.addTask(task);
    // In its own turn, so that a caller sees PROVISIONING and a runner that reports at once does not re-enter.
    setImmediate(() => this.#launch(task));
  }

  /** What the runner says of a task. Late and repeated words about a stopped task are ignored. */
  apply(task: TaskModel, change: TaskChange): void {
    if (this.#isClosed || task.lastStatus === 'STOPPED') return;
    if (change.kind === 'running') this.#running(task, change.ip);
    else if (change.kind === 'health') this.#health(task, change.status);
    else this.#stopped(task, change);
  }

  /** Deregisters the task and only then has the runner stop it. A task that is being stopped already is left alone. */
  stop(task: TaskModel, reason: string, stopCode: TaskStopCode): void {
    if (!isKept(task)) return;
    task.desiredStatus = 'STOPPED';
    task.stoppedReason = reason;
    task.stopCode = stopCode;
    this.#move(task, 'DEACTIVATING');
    this.#endInOrder(task, reason).catch((error: unknown) => {
      // A task that cannot be ended must stay visible as such, not vanish.
      task.stoppedReason = `${reason}; stopping failed: ${String(error)}`;
      this.store.context.changed(`ecs:task:${task.id}`);
    });
  }

  /** Ignores everything that is reported from now on. */
  close(): void {
    this.#isClosed = true;
  }

  #launch(task: TaskModel): void {
    if (this.#isClosed) return;
    if (!isKept(task)) {
      this.#finish(task);
      return;
    }
    task.isLaunched = true;
    this.#move(task, 'PENDING');
    try {
      this.runner.start(requestOf(task), (change) => this.apply(task, change));
    } catch (error) {
      const stoppedReason = `ResourceInitializationError: ${String(error)}`;
      this.apply(task, { kind: 'stopped', stoppedReason, lastLogLines: [] });
    }
  }

  async #endInOrder(task: TaskModel, reason: string): Promise<void> {
    await this.#registration.remove(task);
    if (task.stoppedAt !== undefined) return;
    task.stoppingAt = this.store.context.clock.now();
    this.#move(task, 'STOPPING');
    if (!task.isLaunched) return; // its launch, still to come, finds that it is not wanted any more
    await this.runner.stop(task.arn, reason);
    // A runner that has ended the process without a last word leaves no task behind either.
    if (task.stoppedAt === undefined) this.#finish(task);
  }

  #running(task: TaskModel, ip: string): void {
    task.ip = ip;
    task.startedAt = this.store.context.clock.now();
    if (!isKept(task)) return;
    this.#move(task, 'RUNNING');
    this.#registration.add(task);
    this.listener(task, false);
  }

  #health(task: TaskModel, status: 'HEALTHY' | 'UNHEALTHY'): void {
    if (!isKept(task) || task.healthStatus === status) return;
    task.healthStatus = status;
    this.#move(task, task.lastStatus);
    this.#registration.setHealth(task, status === 'HEALTHY');
    if (status === 'UNHEALTHY') this.stop(task, UNHEALTHY_REASON, 'ServiceSchedulerInitiated');
    this.listener(task, status === 'UNHEALTHY');
  }

  #stopped(task: TaskModel, change: Extract<TaskChange, { kind: 'stopped' }>): void {
    const wasAsked = !isKept(task);
    task.exitCode = change.exitCode;
    task.lastLogLines = change.lastLogLines;
    if (!wasAsked) {
      task.desiredStatus = 'STOPPED';
      task.stoppedReason = change.stoppedReason;
      task.stopCode = task.startedAt === undefined ? 'TaskFailedToStart' : 'EssentialContainerExited';
    }
    void this.#registration.remove(task);
    this.#finish(task, !wasAsked);
  }

  #finish(task: TaskModel, failed = false): void {
    const now = this.store.context.clock.now();
    task.stoppingAt ??= now;
    task.stoppedAt = now;
    this.#move(task, 'STOPPED');
    this.listener(task, failed);
  }

  #move(task: TaskModel, status: TaskModel['lastStatus']): void {
    task.lastStatus = status;
    task.version += 1;
    this.store.context.changed(`ecs:task:${task.id}`);
  }
}

function requestOf(task: TaskModel): TaskRequest {
  return {
    taskArn: task.arn,
    taskId: task.id,
    cluster: task.service.cluster.name,
    serviceName: task.service.name,
    taskDefinition: task.deployment.taskDefinition.definition,
  };
}
