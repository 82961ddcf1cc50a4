import { createHash } from 'node:crypto';
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Volume } from '@aws-sdk/client-ecs';
import { findDataPathProblems } from '../../../core/config/data-path-rules';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { endpointVariable } from '../../../core/config/service-name';
import { InvalidInput } from '../../../core/errors';
import type { VersionSpec } from '../../../core/ports/workload';
import { versionTags } from '../../version-tags';
import { addCollector } from './collector';

/** Adds what the traffic router needs beside the application, such as a proxy. */
export type TaskDecorator = (
  version: string,
  definition: RegisterTaskDefinitionCommandInput,
) => RegisterTaskDefinitionCommandInput;

/** Name of the container that runs the service's image. */
export const APPLICATION_CONTAINER = 'app';
/** Tag that tells a definition's content, so that registering the same again can be left out. */
export const CONTENT_TAG = 'ecs-canary:content';

/** Name of the volume that outlives versions. */
const DATA_VOLUME = 'data';

type Container = VersionSpec['taskDefinition']['container'];

/**
 * The task definition of one version: the repository's data with the platform's roles, logging, network and
 * hardening, then the router's additions and the metrics collector. Equal input gives an equal result.
 */
export function renderTaskDefinition(
  binding: ServiceBinding,
  spec: VersionSpec,
  decorate: TaskDecorator,
): RegisterTaskDefinitionCommandInput {
  const { taskDefinition } = spec;
  const decorated = decorate(spec.version, {
    family: versionResourceName(binding, spec.version),
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(taskDefinition.cpu),
    memory: String(taskDefinition.memory),
    executionRoleArn: binding.executionRoleArn,
    taskRoleArn: binding.taskRoleArn,
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
    containerDefinitions: [renderApplication(binding, spec)],
    volumes: renderVolumes(binding, taskDefinition.container),
  });
  const definition = addCollector(binding, spec.version, decorated);
  const content = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
  const tags = [...versionTags(binding, spec.version), { key: CONTENT_TAG, value: content }];
  return { ...definition, tags: tags.map(({ key, value }) => ({ key, value })) };
}

function renderApplication(binding: ServiceBinding, spec: VersionSpec): ContainerDefinition {
  const { container } = spec.taskDefinition;
  return {
    name: APPLICATION_CONTAINER,
    image: spec.image,
    essential: true,
    ...(container.command === undefined ? {} : { command: container.command }),
    environment: renderEnvironment(binding, spec),
    secrets: Object.entries(container.secrets).map(([name, secret]) => ({
      name,
      valueFrom: secretSource(binding, secret),
    })),
    ...(container.health_check === undefined
      ? {}
      : { healthCheck: renderHealthCheck(container.health_check) }),
    portMappings: [{ containerPort: binding.port, protocol: 'tcp' }],
    user: container.user,
    readonlyRootFilesystem: true,
    mountPoints: [
      ...container.writable_paths.map((containerPath, index) => ({
        sourceVolume: volumeName(index),
        containerPath,
      })),
      ...(container.data_path === undefined
        ? []
        : [{ sourceVolume: DATA_VOLUME, containerPath: container.data_path }]),
    ],
    stopTimeout: container.stop_timeout,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': binding.logGroup,
        'awslogs-region': binding.region,
        'awslogs-stream-prefix': spec.version,
      },
    },
  };
}

function renderEnvironment(binding: ServiceBinding, spec: VersionSpec): { name: string; value: string }[] {
  const endpoints = Object.entries(binding.backends).map(([name, address]) => [
    endpointVariable(name),
    address,
  ]);
  const environment = {
    ...spec.taskDefinition.container.environment,
    HOST: '0.0.0.0',
    PORT: String(binding.port),
    SERVICE_VERSION: spec.version,
    ...Object.fromEntries(endpoints),
  };
  return Object.entries(environment).map(([name, value]) => ({ name, value: String(value) }));
}

function renderHealthCheck(
  check: NonNullable<Container['health_check']>,
): ContainerDefinition['healthCheck'] {
  return {
    command: ['CMD', ...check.command],
    interval: check.interval,
    timeout: check.timeout,
    retries: check.retries,
    startPeriod: check.start_period,
  };
}

/**
 * Empty volumes for what must be writable, and the service's file system where it keeps data: encrypted on its way,
 * and admitted by the task's role through the service's own access point.
 * @throws {InvalidInput} for a `data_path` of a service that has no volume.
 */
function renderVolumes(binding: ServiceBinding, container: Container): Volume[] {
  const empty = container.writable_paths.map((_, index) => ({ name: volumeName(index) }));
  if (container.data_path === undefined) {
    return empty;
  }
  const { volume } = binding;
  if (volume === undefined) {
    const problems = findDataPathProblems(
      { strategy: 'all_at_once' },
      { container, desired_count: 1 },
      false,
    );
    throw new InvalidInput('taskdef.json', problems);
  }
  const efsVolumeConfiguration = {
    fileSystemId: volume.fileSystemId,
    rootDirectory: '/',
    transitEncryption: 'ENABLED' as const,
    authorizationConfig: { accessPointId: volume.accessPointId, iam: 'ENABLED' as const },
  };
  return [...empty, { name: DATA_VOLUME, efsVolumeConfiguration }];
}

function volumeName(index: number): string {
  return `writable-${index}`;
}

/**
 * An ARN or a full parameter name as it is; a plain name is an SSM parameter of this service,
 * `/<environment>/<service>/<name>`. The service's execution role may read no other.
 */
function secretSource(binding: ServiceBinding, secret: string): string {
  const isFull = secret.startsWith('arn:') || secret.startsWith('/');
  return isFull ? secret : `/${binding.environment}/${binding.service}/${secret}`;
}
