import type { TaskChange, TaskRunner } from '../../../contracts';
import { backOffMillis, failureThreshold, isSteady, planService } from './deployment-rules';
import type { InstanceRegistry } from './instance-registry';
import {
  BELIEF_MILLIS,
  type DeploymentModel,
  isProven,
  isServing,
  type ServiceModel,
  type TaskDefinitionModel,
  type TaskModel,
} from './model';
import { addEvent, newDeployment } from './service-model';
import type { EcsStore } from './store';
import { TaskLifecycle } from './task-lifecycle';

/** Keeps every service at its desired count; reacts to each change of a task or a service. */
export class ServiceScheduler {
  readonly #lifecycle: TaskLifecycle;
  readonly #closed = new AbortController();
  /** Virtual time of the next look at a service: its back-off is over, or its tasks have stayed up long enough. */
  readonly #nextLook = new Map<ServiceModel, number>();

  constructor(
    private readonly store: EcsStore,
    runner: TaskRunner,
    registry: InstanceRegistry,
  ) {
    this.#lifecycle = new TaskLifecycle(store, runner, registry, (task, failed) =>
      this.#taskChanged(task, failed),
    );
  }

  /** Takes the steps that are due for a service. Call after every change of it. */
  reconcile(service: ServiceModel): void {
    if (this.#closed.signal.aborted || service.status === 'INACTIVE') return;
    const plan = planService(service, this.store.tasksOf(service), this.store.context.clock.now());
    const primary = service.deployments[0];
    for (const task of plan.stop) this.#stopForScheduler(service, task);
    if (primary !== undefined) this.#launch(service, primary, plan.launch);
    this.#settle(service, primary);
  }

  /** Stops one task at somebody's wish; the service replaces it. */
  stopTask(task: TaskModel, reason: string): void {
    this.#lifecycle.stop(task, reason, 'UserInitiated');
    this.reconcile(task.service);
  }

  /** Feeds what a runner says of a task. */
  taskReported(task: TaskModel, change: TaskChange): void {
    this.#lifecycle.apply(task, change);
  }

  /** Launches and waits for nothing any more. Running tasks are the runner's to end. */
  close(): void {
    this.#closed.abort(new Error('the ECS scheduler is closed'));
    this.#lifecycle.close();
  }

  #launch(service: ServiceModel, deployment: DeploymentModel, count: number): void {
    if (count === 0) return;
    const wait = deployment.notBefore - this.store.context.clock.now();
    if (wait > 0) {
      this.#wakeAfter(service, wait);
      return;
    }
    for (let index = 0; index < count; index += 1) this.#lifecycle.start(service, deployment);
    addEvent(this.store, service, `(service ${service.name}) has started ${count} tasks.`);
  }

  #wakeAfter(service: ServiceModel, millis: number): void {
    const due = this.store.context.clock.now() + millis;
    if ((this.#nextLook.get(service) ?? Number.POSITIVE_INFINITY) <= due) return;
    this.#nextLook.set(service, due);
    this.store.context.clock.sleep(millis, this.#closed.signal).then(
      () => {
        if (this.#nextLook.get(service) === due) this.#nextLook.delete(service);
        this.reconcile(service);
      },
      () => undefined, // closed: nothing is left to wake for
    );
  }

  #stopForScheduler(service: ServiceModel, task: TaskModel): void {
    const reason = `Scaling activity initiated by (deployment ${service.deployments[0]?.id ?? task.deployment.id})`;
    this.#lifecycle.stop(task, reason, 'ServiceSchedulerInitiated');
    addEvent(
      this.store,
      service,
      `(service ${service.name}) has stopped 1 running tasks: (task ${task.id}).`,
    );
  }

  #taskChanged(task: TaskModel, failed: boolean): void {
    if (failed) this.#countFailure(task);
    this.reconcile(task.service);
  }

  #countFailure({ service, deployment }: TaskModel): void {
    const now = this.store.context.clock.now();
    deployment.consecutiveFailures += 1;
    deployment.notBefore = now + backOffMillis(deployment.consecutiveFailures);
    deployment.updatedAt = now;
    if (deployment.rolloutState !== 'IN_PROGRESS' || deployment.proven) return;
    deployment.failedTasks += 1;
    const isBroken = deployment.failedTasks >= failureThreshold(service.desiredCount);
    if (isBroken && service.rules.circuitBreaker.enable && service.deployments[0] === deployment)
      this.#giveUp(service, deployment);
  }

  #giveUp(service: ServiceModel, deployment: DeploymentModel): void {
    deployment.rolloutState = 'FAILED';
    deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
    addEvent(
      this.store,
      service,
      `(service ${service.name}) (deployment ${deployment.id}) deployment failed: tasks failed to start.`,
    );
    const last = service.deployments.find((candidate) => candidate.rolloutState === 'COMPLETED');
    if (!service.rules.circuitBreaker.rollback || last === undefined) return;
    service.deployments = [last, ...service.deployments.filter((each) => each !== last)];
    last.rolloutState = 'IN_PROGRESS';
    last.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`;
    addEvent(this.store, service, `(service ${service.name}) rolling back to deployment ${last.id}.`);
  }

  /** Makes a new primary deployment; the old ones are worked off. Call `reconcile` afterwards. */
  replaceDeployment(service: ServiceModel, taskDefinition: TaskDefinitionModel): DeploymentModel {
    const deployment = newDeployment(this.store, taskDefinition);
    service.deployments.unshift(deployment);
    service.steady = false;
    return deployment;
  }

  #settle(service: ServiceModel, primary: DeploymentModel | undefined): void {
    const tasks = this.store.tasksOf(service);
    if (service.status === 'DRAINING') {
      if (tasks.every((task) => task.lastStatus === 'STOPPED')) this.#retire(service);
      return;
    }
    const now = this.store.context.clock.now();
    for (const task of tasks.filter((each) => isProven(each, now))) markProven(task.deployment);
    const young = tasks.filter((task) => isServing(task) && !isProven(task, now));
    const ages = young.map(({ startedAt }) => now - (startedAt ?? now));
    // Asked again at each look: a clock that wakes a fraction early must not leave the service waiting for ever.
    if (ages.length > 0) this.#wakeAfter(service, Math.max(1, BELIEF_MILLIS - Math.max(...ages)));
    const isNowSteady = isSteady(service, tasks, now);
    if (primary !== undefined && isNowSteady) this.#complete(service, primary, tasks);
    service.steady = isNowSteady;
    this.store.context.changed(`ecs:service:${service.name}`);
  }

  #complete(service: ServiceModel, primary: DeploymentModel, tasks: readonly TaskModel[]): void {
    primary.consecutiveFailures = 0;
    const inUse = new Set(
      tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').map((task) => task.deployment),
    );
    service.deployments = service.deployments.filter((each) => each === primary || inUse.has(each));
    if (primary.rolloutState === 'IN_PROGRESS' && service.deployments.length === 1) {
      primary.rolloutState = 'COMPLETED';
      primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
      primary.updatedAt = this.store.context.clock.now();
      addEvent(
        this.store,
        service,
        `(service ${service.name}) (deployment ${primary.id}) deployment completed.`,
      );
    }
    if (!service.steady)
      addEvent(this.store, service, `(service ${service.name}) has reached a steady state.`);
  }

  #retire(service: ServiceModel): void {
    service.status = 'INACTIVE';
    service.deployments = [];
    this.store.context.changed(`ecs:service:${service.name}`);
  }
}

function markProven(deployment: DeploymentModel): void {
  if (deployment.proven) return;
  deployment.proven = true;
  deployment.failedTasks = 0;
}
