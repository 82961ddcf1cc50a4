import { isDeepStrictEqual } from 'node:util';
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DeploymentConfiguration,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { ApiError } from '../../api';
import type { ClusterModel, DeploymentRules, ServiceModel, TaskDefinitionModel } from './model';
import { requiredText } from './names';
import type { ServiceScheduler } from './scheduler';
import { newDeployment } from './service-model';
import type { EcsStore } from './store';

function refuse(message: string): never {
  throw new ApiError('InvalidParameterException', message);
}

/** @throws ApiError `InvalidParameterException`, `ClientException` or `ClusterNotFoundException`, as ECS does. */
export function createService(
  store: EcsStore,
  scheduler: ServiceScheduler,
  input: CreateServiceRequest,
): ServiceModel {
  const cluster = store.cluster(input.cluster);
  const name = requiredText(input.serviceName, 'Service name');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
    refuse('The service name is invalid: use 1 to 255 letters, numbers, hyphens and underscores.');
  const existing = store.service(cluster, name);
  if (existing !== undefined && isSameRequest(existing, input)) return existing;
  if (existing?.status === 'ACTIVE') refuse('Creation of service was not idempotent.');
  if (existing?.status === 'DRAINING') refuse('Unable to Start a service that is still Draining.');
  const taskDefinition = activeTaskDefinition(store, requiredText(input.taskDefinition, 'TaskDefinition'));
  const desiredCount = checkedCount(input.desiredCount);
  checkNetwork(input, taskDefinition);
  const service: ServiceModel = {
    name,
    arn: store.names.service(cluster.name, name),
    cluster,
    status: 'ACTIVE',
    desiredCount,
    registries: input.serviceRegistries ?? [],
    createdAt: store.context.clock.now(),
    rules: rulesOf(input.deploymentConfiguration),
    request: input,
    tags: input.tags ?? [],
    deployments: [newDeployment(store, taskDefinition)],
    events: [],
    steady: false,
  };
  return added(cluster, service, scheduler);
}

function added(cluster: ClusterModel, service: ServiceModel, scheduler: ServiceScheduler): ServiceModel {
  cluster.services.set(service.name, service);
  scheduler.reconcile(service);
  return service;
}

/** A repeated request is recognised by its client token, and answered with what the first one made. */
function isSameRequest(existing: ServiceModel, input: CreateServiceRequest): boolean {
  return (
    existing.status === 'ACTIVE' &&
    input.clientToken !== undefined &&
    isDeepStrictEqual(existing.request, input)
  );
}

/**
 * Changes count, task definition, deployment rules, or forces new tasks.
 * @throws ApiError `ServiceNotFoundException`, `ServiceNotActiveException` and those of creation.
 */
export function updateService(
  store: EcsStore,
  scheduler: ServiceScheduler,
  input: UpdateServiceRequest,
): ServiceModel {
  const service = knownService(store, input);
  if (service.status !== 'ACTIVE') throw new ApiError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const current = service.deployments[0]?.taskDefinition;
  const wanted =
    input.taskDefinition === undefined ? current : activeTaskDefinition(store, input.taskDefinition);
  const desiredCount =
    input.desiredCount === undefined ? service.desiredCount : checkedCount(input.desiredCount);
  if (input.deploymentConfiguration !== undefined)
    service.rules = { ...service.rules, ...rulesOf(input.deploymentConfiguration, service.rules) };
  service.desiredCount = desiredCount;
  if (input.networkConfiguration !== undefined)
    service.request = { ...service.request, networkConfiguration: input.networkConfiguration };
  if (wanted !== undefined && (wanted !== current || input.forceNewDeployment === true))
    scheduler.replaceDeployment(service, wanted);
  service.steady = false;
  scheduler.reconcile(service);
  return service;
}

/**
 * Drains the service: its tasks are stopped, then it is INACTIVE.
 * @throws ApiError `InvalidParameterException` while it is scaled above 0 and `force` is not given.
 */
export function deleteService(
  store: EcsStore,
  scheduler: ServiceScheduler,
  input: DeleteServiceRequest,
): ServiceModel {
  const service = knownService(store, input);
  if (service.status === 'INACTIVE') throw new ApiError('ServiceNotFoundException', 'Service not found.');
  if (service.desiredCount > 0 && input.force !== true)
    refuse('The service cannot be stopped while it is scaled above 0.');
  service.status = 'DRAINING';
  service.desiredCount = 0;
  scheduler.reconcile(service);
  return service;
}

function knownService(store: EcsStore, input: UpdateServiceRequest | DeleteServiceRequest): ServiceModel {
  const cluster = store.cluster(input.cluster);
  const service = store.service(cluster, requiredText(input.service, 'service'));
  if (service === undefined) throw new ApiError('ServiceNotFoundException', 'Service not found.');
  return service;
}

function activeTaskDefinition(store: EcsStore, given: string): TaskDefinitionModel {
  const found = findTaskDefinition(store, given);
  if (found === undefined) throw new ApiError('ClientException', 'TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new ApiError('ClientException', 'TaskDefinition is inactive');
  return found;
}

function findTaskDefinition(store: EcsStore, given: string): TaskDefinitionModel | undefined {
  try {
    return store.taskDefinition(given);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function checkedCount(count: number | undefined): number {
  if (count === undefined) refuse('desiredCount is required.');
  if (!Number.isInteger(count) || count < 0)
    refuse(`desiredCount must be a whole number of 0 or more, not ${count}.`);
  return count;
}

function checkNetwork(input: CreateServiceRequest, taskDefinition: TaskDefinitionModel): void {
  const { networkMode, requiresCompatibilities = [] } = taskDefinition.definition;
  if (
    networkMode === 'awsvpc' &&
    (input.networkConfiguration?.awsvpcConfiguration?.subnets ?? []).length === 0
  )
    refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (input.launchType === 'FARGATE' && !requiresCompatibilities.includes('FARGATE'))
    refuse('Task definition does not support launch_type FARGATE.');
}

const DEFAULT_RULES: DeploymentRules = {
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  circuitBreaker: { enable: false, rollback: false },
};

function rulesOf(given: DeploymentConfiguration | undefined, before = DEFAULT_RULES): DeploymentRules {
  const rules = {
    maximumPercent: given?.maximumPercent ?? before.maximumPercent,
    minimumHealthyPercent: given?.minimumHealthyPercent ?? before.minimumHealthyPercent,
    circuitBreaker: {
      enable: given?.deploymentCircuitBreaker?.enable ?? before.circuitBreaker.enable,
      rollback: given?.deploymentCircuitBreaker?.rollback ?? before.circuitBreaker.rollback,
    },
  };
  if (rules.maximumPercent < 100) refuse(`maximumPercent must be 100 or more, not ${rules.maximumPercent}.`);
  if (rules.minimumHealthyPercent === 100 && rules.maximumPercent === 100)
    refuse('maximumPercent and minimumHealthyPercent cannot both be 100: no task could ever be replaced.');
  return rules;
}
