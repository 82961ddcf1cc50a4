import type {
  ContainerDefinition,
  CreateServiceRequest,
  DeploymentRolloutState,
  HealthStatus,
  ServiceRegistry,
  Tag,
  TaskDefinition,
  TaskStopCode,
} from '@aws-sdk/client-ecs';

/** A cluster as the store keeps it. */
export interface ClusterModel {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  tags: Tag[];
  readonly services: Map<string, ServiceModel>;
}

/** A registered task definition; `definition` is what tasks are started from. */
export interface TaskDefinitionModel {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  status: 'ACTIVE' | 'INACTIVE';
  readonly definition: TaskDefinition;
  readonly registeredAt: number;
  deregisteredAt?: number;
  tags: Tag[];
}

/** One deployment of a service: the newest is `PRIMARY`, those it replaces are `ACTIVE`. */
export interface DeploymentModel {
  readonly id: string;
  readonly taskDefinition: TaskDefinitionModel;
  readonly createdAt: number;
  updatedAt: number;
  rolloutState: DeploymentRolloutState;
  rolloutStateReason: string;
  /** Tasks that failed since the deployment began or since one last became healthy. */
  failedTasks: number;
  /** True once a task of it was running and healthy. */
  proven: boolean;
  /** Virtual time before which nothing is launched for it. */
  notBefore: number;
  /** Failures in a row, for the back-off; cleared by a steady state. */
  consecutiveFailures: number;
}

/** How a service replaces tasks. */
export interface DeploymentRules {
  maximumPercent: number;
  minimumHealthyPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
}

/** A line of a service's event list. */
export interface ServiceEventModel {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** A service as the store keeps it. */
export interface ServiceModel {
  readonly name: string;
  readonly arn: string;
  readonly cluster: ClusterModel;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  readonly registries: readonly ServiceRegistry[];
  readonly createdAt: number;
  rules: DeploymentRules;
  /** The creating request, for the members that are only shown back. */
  request: CreateServiceRequest;
  tags: Tag[];
  /** Newest first. */
  deployments: DeploymentModel[];
  /** Newest first, at most 100. */
  events: ServiceEventModel[];
  steady: boolean;
}

/** A task as the store keeps it. */
export interface TaskModel {
  readonly id: string;
  readonly arn: string;
  readonly service: ServiceModel;
  readonly deployment: DeploymentModel;
  readonly createdAt: number;
  lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'STOPPED';
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: HealthStatus;
  version: number;
  /** True once the runner was asked to start it. */
  isLaunched: boolean;
  ip?: string;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stoppedReason?: string;
  stopCode?: TaskStopCode;
  exitCode?: number;
  /** Last lines the container wrote, newest last. */
  lastLogLines: readonly string[];
}

/** Containers of a task definition. */
export function containersOf(definition: TaskDefinition): readonly ContainerDefinition[] {
  return definition.containerDefinitions ?? [];
}

/** Whether ECS waits for container health before it counts tasks of this definition as healthy. */
export function hasHealthCheck(definition: TaskDefinition): boolean {
  return containersOf(definition).some(
    (container) => container.essential !== false && container.healthCheck !== undefined,
  );
}

/** Whether ECS means to keep the task. */
export function isKept(task: TaskModel): boolean {
  return task.desiredStatus === 'RUNNING';
}

/** Whether the task serves: running, and healthy where its definition has a health check. */
export function isServing(task: TaskModel): boolean {
  if (!isKept(task) || task.lastStatus !== 'RUNNING') return false;
  return !hasHealthCheck(task.deployment.taskDefinition.definition) || task.healthStatus === 'HEALTHY';
}

/** Virtual milliseconds that a task without a health check must stay up before the scheduler believes in it. */
export const BELIEF_MILLIS = 10_000;

/** Whether the scheduler counts on the task: its health check passes or, without one, it has stayed up for a while. */
export function isProven(task: TaskModel, now: number): boolean {
  if (!isServing(task)) return false;
  return (
    hasHealthCheck(task.deployment.taskDefinition.definition) ||
    now - (task.startedAt ?? now) >= BELIEF_MILLIS
  );
}
