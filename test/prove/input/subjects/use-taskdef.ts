import { createTaskDecorator } from '../../../../adapters/traffic/create-traffic-router';
import { renderTaskDefinition } from '../../../../adapters/workload/ecs/task-definition';
import { endpointVariable } from '../../../../core/config/service-name';
import type { TaskDefinition } from '../../../../core/config/task-definition-schema';
import { checkTaskDefinition } from '../../../../rehearsal/aws/services/ecs/task-definition-rules';
import { aBinding, CANARY } from '../../../_helpers/builders';

/**
 * Bytes that a task definition may have at most.
 * Source: AWS, "Amazon ECS service quotas", task definition size limit.
 */
const MOST_BYTES = 64 * 1024;

const VOLUME = { fileSystemId: 'fs-0123456789abcdef0', accessPointId: 'fsap-0123456789abcdef0' };
/** As much as a platform may say of a service: 50 backends. */
const BACKENDS = Object.fromEntries(
  Array.from({ length: 50 }, (_, index) => [
    `service-number-${index}`,
    `service-number-${index}.shop.local:8080`,
  ]),
);

/** Renders what ECS is given, and gives it to ECS's own rules. */
export function useTaskDefinition(taskDefinition: TaskDefinition): string | null {
  const { data_path } = taskDefinition.container;
  const binding = aBinding({ backends: BACKENDS, ...(data_path === undefined ? {} : { volume: VOLUME }) });
  const spec = { version: CANARY, image: 'registry/shop:b', desired: 1, taskDefinition };
  const definition = renderTaskDefinition(binding, spec, createTaskDecorator(binding));
  checkTaskDefinition(definition as Parameters<typeof checkTaskDefinition>[0]);
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > MOST_BYTES) {
    return `its task definition has ${bytes} bytes, and ECS allows ${MOST_BYTES}`;
  }
  const app = definition.containerDefinitions?.find(({ name }) => name === 'app');
  const variables = (app?.environment ?? []).map(({ name }) => name);
  const asked = Object.keys(taskDefinition.container.environment);
  if (asked.some((name) => !variables.includes(name)) || new Set(variables).size !== variables.length) {
    return 'an environment variable is lost, or stands twice';
  }
  if (app?.privileged === true || app?.user?.startsWith('0') || app?.readonlyRootFilesystem !== true) {
    return 'its container is not kept from being root or from writing';
  }
  const mounts = (app?.mountPoints ?? []).map(({ containerPath = '' }) => containerPath);
  if (
    mounts.some((path) => path === '/' || path.split('/').includes('..')) ||
    new Set(mounts).size !== mounts.length
  ) {
    return `its mounts are ${mounts.join(', ')}`;
  }
  const own = Object.fromEntries((app?.environment ?? []).map(({ name = '', value }) => [name, value]));
  const isReplaced = Object.entries(BACKENDS).some(
    ([name, address]) => own[endpointVariable(name)] !== address,
  );
  return isReplaced ? 'it replaces what the platform says of a backend' : null;
}
