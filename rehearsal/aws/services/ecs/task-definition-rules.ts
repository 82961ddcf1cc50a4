import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { ApiError } from '../../api';
import { checkVolumes } from './volume-rules';

const GIB = 1024;

/** Memory (MiB) that Fargate allows for each task CPU size, as ECS documents it. */
const FARGATE_MEMORY: Readonly<Record<string, readonly number[]>> = {
  '256': [512, GIB, 2 * GIB],
  '512': series(1, 4, 1),
  '1024': series(2, 8, 1),
  '2048': series(4, 16, 1),
  '4096': series(8, 30, 1),
  '8192': series(16, 60, 4),
  '16384': series(32, 120, 8),
};

function series(fromGib: number, toGib: number, stepGib: number): readonly number[] {
  const sizes: number[] = [];
  for (let gib = fromGib; gib <= toGib; gib += stepGib) sizes.push(gib * GIB);
  return sizes;
}

function refuse(message: string): never {
  throw new ApiError('ClientException', message);
}

/**
 * Refuses what ECS refuses at registration.
 * @throws ApiError `ClientException` with ECS's kind of message.
 */
export function checkTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.family ?? ''))
    refuse('Family contains invalid characters. Use 1 to 255 letters, numbers, hyphens and underscores.');
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) refuse('Container list cannot be empty.');
  for (const container of containers) checkContainer(container, input);
  checkNames(containers);
  if (!containers.some((container) => container.essential !== false))
    refuse('Invalid setting for task definition. At least one container must be marked as essential.');
  checkDependencies(containers);
  checkVolumes(input);
  if ((input.requiresCompatibilities ?? []).includes('FARGATE')) checkFargate(input);
  checkProxy(input);
}

function checkContainer(container: ContainerDefinition, input: RegisterTaskDefinitionRequest): void {
  if (!container.name) refuse('Container.name should not be null or empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(container.name ?? ''))
    refuse(`Container name '${container.name}' contains invalid characters.`);
  if (!container.image) refuse('Container.image should not be null or empty.');
  const limits = [container.memory, container.memoryReservation, input.memory];
  if (limits.every((limit) => limit === undefined))
    refuse(
      `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  for (const mapping of container.portMappings ?? []) {
    if (
      input.networkMode === 'awsvpc' &&
      (mapping.hostPort ?? mapping.containerPort) !== mapping.containerPort
    )
      refuse('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
  }
  const timeout = container.stopTimeout;
  if (timeout !== undefined && (timeout < 0 || timeout > 120))
    refuse(
      `Invalid setting for container '${container.name}'. stopTimeout must be between 0 and 120 seconds.`,
    );
}

function checkNames(containers: readonly ContainerDefinition[]): void {
  const names = containers.map((container) => container.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`Container name '${twice}' is used more than once.`);
}

function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const container of containers) {
    for (const { containerName, condition } of container.dependsOn ?? []) {
      const target = byName.get(containerName);
      if (target === undefined)
        refuse(
          `Container '${container.name}' depends on '${containerName}', which the task definition does not have.`,
        );
      if (condition === 'HEALTHY' && target?.healthCheck === undefined)
        refuse(
          `Container '${containerName}' is awaited HEALTHY by '${container.name}' but has no health check.`,
        );
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && target?.essential !== false)
        refuse(`An essential container cannot be awaited ${condition}: '${containerName}'.`);
    }
  }
  for (const container of containers) checkCycle(container, byName, []);
}

function checkCycle(
  container: ContainerDefinition,
  byName: ReadonlyMap<string | undefined, ContainerDefinition>,
  path: readonly (string | undefined)[],
): void {
  if (path.includes(container.name))
    refuse(`Container dependencies form a cycle: ${[...path, container.name].join(' -> ')}.`);
  for (const { containerName } of container.dependsOn ?? []) {
    const next = byName.get(containerName);
    if (next !== undefined) checkCycle(next, byName, [...path, container.name]);
  }
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  if (input.networkMode !== 'awsvpc') refuse('Fargate only supports network mode ‘awsvpc’.');
  if (!input.cpu) refuse("Fargate requires that 'cpu' be defined at the task level.");
  if (!input.memory) refuse("Fargate requires that 'memory' be defined at the task level.");
  const sizes = FARGATE_MEMORY[input.cpu ?? ''];
  if (!sizes?.includes(Number(input.memory)))
    refuse(
      `No Fargate configuration exists for given values: ${input.cpu} CPU, ${input.memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  for (const container of input.containerDefinitions ?? []) {
    if (container.privileged === true) refuse('Fargate does not support privileged containers.');
    if (container.logConfiguration?.logDriver === 'awslogs' && !input.executionRoleArn)
      refuse('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
    if ((container.secrets ?? []).length > 0 && !input.executionRoleArn)
      refuse(
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
      );
  }
  checkTotals(input);
}

function checkTotals(input: RegisterTaskDefinitionRequest): void {
  const containers = input.containerDefinitions ?? [];
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpu > Number(input.cpu))
    refuse(`The total CPU of the containers (${cpu}) is greater than the CPU of the task (${input.cpu}).`);
  const reserved = containers.reduce(
    (sum, container) => sum + (container.memoryReservation ?? container.memory ?? 0),
    0,
  );
  if (reserved > Number(input.memory))
    refuse(
      `The total memory of the containers (${reserved}) is greater than the memory of the task (${input.memory}).`,
    );
}

const PROXY_PROPERTIES = new Set([
  'IgnoredUID',
  'IgnoredGID',
  'AppPorts',
  'ProxyIngressPort',
  'ProxyEgressPort',
  'EgressIgnoredPorts',
  'EgressIgnoredIPs',
]);
const MAX_IGNORED_PORTS = 15;

function checkProxy(input: RegisterTaskDefinitionRequest): void {
  const proxy = input.proxyConfiguration;
  if (proxy === undefined) return;
  if (input.networkMode !== 'awsvpc')
    refuse('proxyConfiguration is only supported with network mode awsvpc.');
  if (!(input.containerDefinitions ?? []).some((container) => container.name === proxy.containerName))
    refuse(
      `proxyConfiguration names container '${proxy.containerName}', which the task definition does not have.`,
    );
  const properties = new Map((proxy.properties ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
  const unknown = [...properties.keys()].find((name) => !PROXY_PROPERTIES.has(name));
  if (unknown !== undefined) refuse(`proxyConfiguration has an unknown property '${unknown}'.`);
  for (const name of ['AppPorts', 'ProxyIngressPort', 'ProxyEgressPort']) {
    if (!properties.get(name)) refuse(`proxyConfiguration requires the property '${name}'.`);
  }
  if (!properties.get('IgnoredUID') && !properties.get('IgnoredGID'))
    refuse("proxyConfiguration requires the property 'IgnoredUID' or 'IgnoredGID'.");
  const ignored = (properties.get('EgressIgnoredPorts') ?? '').split(',').filter((port) => port !== '');
  if (ignored.length > MAX_IGNORED_PORTS)
    refuse(`EgressIgnoredPorts has ${ignored.length} ports; at most ${MAX_IGNORED_PORTS} are allowed.`);
}
