import type { Cluster, Container, Deployment, Service, Task } from '@aws-sdk/client-ecs';
import {
  type ClusterModel,
  containersOf,
  type DeploymentModel,
  isKept,
  type ServiceModel,
  type TaskModel,
} from './model';
import type { EcsStore } from './store';

function date(millis: number | undefined): Date | undefined {
  return millis === undefined ? undefined : new Date(millis);
}

function countRunning(tasks: readonly TaskModel[]): number {
  return tasks.filter((task) => task.lastStatus === 'RUNNING').length;
}

function countPending(tasks: readonly TaskModel[]): number {
  return tasks.filter((task) => isKept(task) && /^(PROVISIONING|PENDING)$/.test(task.lastStatus)).length;
}

/** The cluster as DescribeClusters shows it. */
export function renderCluster(store: EcsStore, cluster: ClusterModel): Cluster {
  const tasks = store.tasks().filter((task) => task.service.cluster === cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: countRunning(tasks),
    pendingTasksCount: countPending(tasks),
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: cluster.tags,
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  };
}

/** The service as DescribeServices shows it. */
export function renderService(store: EcsStore, service: ServiceModel): Service {
  const tasks = store.tasksOf(service);
  const { request } = service;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: countRunning(tasks),
    pendingCount: countPending(tasks),
    launchType: request.launchType ?? 'FARGATE',
    platformVersion: request.platformVersion ?? 'LATEST',
    platformFamily: 'Linux',
    taskDefinition: service.deployments[0]?.taskDefinition.arn,
    deploymentConfiguration: {
      maximumPercent: service.rules.maximumPercent,
      minimumHealthyPercent: service.rules.minimumHealthyPercent,
      deploymentCircuitBreaker: service.rules.circuitBreaker,
      strategy: 'ROLLING',
    },
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment) => renderDeployment(store, service, deployment)),
    events: service.events.map(({ id, createdAt, message }) => ({
      id,
      createdAt: new Date(createdAt),
      message,
    })),
    loadBalancers: request.loadBalancers ?? [],
    serviceRegistries: [...service.registries],
    networkConfiguration: request.networkConfiguration,
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: 'REPLICA',
    healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds,
    enableECSManagedTags: request.enableECSManagedTags ?? false,
    propagateTags: request.propagateTags ?? 'NONE',
    enableExecuteCommand: request.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: request.availabilityZoneRebalancing ?? 'DISABLED',
    createdAt: new Date(service.createdAt),
    tags: service.tags,
  };
}

function renderDeployment(store: EcsStore, service: ServiceModel, deployment: DeploymentModel): Deployment {
  const tasks = store.tasksOf(service).filter((task) => task.deployment === deployment);
  const isPrimary = service.deployments[0] === deployment;
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: isPrimary ? service.desiredCount : 0,
    pendingCount: countPending(tasks),
    runningCount: countRunning(tasks),
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    launchType: service.request.launchType ?? 'FARGATE',
    platformVersion: service.request.platformVersion ?? '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: service.request.networkConfiguration,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** The task as DescribeTasks shows it. */
export function renderTask(context: { readonly region: string }, task: TaskModel): Task {
  const definition = task.deployment.taskDefinition;
  return {
    taskArn: task.arn,
    clusterArn: task.service.cluster.arn,
    taskDefinitionArn: definition.arn,
    group: `service:${task.service.name}`,
    startedBy: task.deployment.id,
    launchType: task.service.request.launchType ?? 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: `${context.region}a`,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.healthStatus,
    connectivity: task.startedAt === undefined ? undefined : 'CONNECTED',
    cpu: definition.definition.cpu,
    memory: definition.definition.memory,
    createdAt: new Date(task.createdAt),
    startedAt: date(task.startedAt),
    stoppingAt: date(task.stoppingAt),
    stoppedAt: date(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    version: task.version,
    attachments: renderAttachments(task),
    containers: renderContainers(task),
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    tags: [],
  };
}

function renderAttachments(task: TaskModel): Task['attachments'] {
  if (task.ip === undefined) return [];
  const status = task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
  const details = [{ name: 'privateIPv4Address', value: task.ip }];
  return [{ id: task.id, type: 'ElasticNetworkInterface', status, details }];
}

/**
 * The runner tells one exit code and health for the whole task. They belong to the container that the application
 * runs in: the first essential one that is not the proxy.
 */
function renderContainers(task: TaskModel): Container[] {
  const { definition } = task.deployment.taskDefinition;
  const application = applicationContainer(task);
  const status =
    task.lastStatus === 'STOPPED' ? 'STOPPED' : task.startedAt === undefined ? 'PENDING' : 'RUNNING';
  return containersOf(definition).map((container) => {
    const isApplication = container.name === application;
    return {
      name: container.name,
      image: container.image,
      taskArn: task.arn,
      containerArn: `${task.arn.replace(':task/', ':container/')}/${container.name}`,
      runtimeId: task.startedAt === undefined ? undefined : `${task.id}-${container.name}`,
      lastStatus: status,
      healthStatus: container.healthCheck === undefined ? 'UNKNOWN' : task.healthStatus,
      exitCode: status !== 'STOPPED' ? undefined : isApplication ? task.exitCode : renderSidecarExit(task),
      reason: status === 'STOPPED' && isApplication ? containerReason(task) : undefined,
      networkInterfaces:
        task.ip === undefined ? [] : [{ attachmentId: task.id, privateIpv4Address: task.ip }],
      cpu: String(container.cpu ?? 0),
      memory: container.memory === undefined ? undefined : String(container.memory),
    };
  });
}

function applicationContainer(task: TaskModel): string | undefined {
  const { definition } = task.deployment.taskDefinition;
  const proxy = definition.proxyConfiguration?.containerName;
  const essential = containersOf(definition).filter((container) => container.essential !== false);
  return (essential.find(({ name }) => name !== proxy) ?? essential[0])?.name;
}

function renderSidecarExit(task: TaskModel): number | undefined {
  return task.startedAt === undefined ? undefined : 0;
}

/** `CannotPullContainerError: …` is said of the container too; log lines are in CloudWatch Logs, as on AWS. */
function containerReason(task: TaskModel): string | undefined {
  return /^[A-Za-z]+Error: /.test(task.stoppedReason ?? '') ? task.stoppedReason : undefined;
}
