import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { renderCollectorConfig } from '../../../core/collector/config';
import {
  COLLECTOR_CHECK,
  COLLECTOR_CONTAINER,
  COLLECTOR_IMAGE,
  COLLECTOR_MEMORY_MIB,
  COLLECTOR_USER,
  collectorEnvironment,
  metricsLogGroupName,
} from '../../../core/collector/container';
import type { ServiceBinding } from '../../../core/config/service-binding';

/**
 * Adds the metrics collector to a task definition and starts the proxy after it, so that no statistic is sent to
 * nobody; ECS stops them in the opposite order. Without a proxy there is nothing to collect.
 */
export function addCollector(
  binding: ServiceBinding,
  version: string,
  definition: RegisterTaskDefinitionCommandInput,
): RegisterTaskDefinitionCommandInput {
  const proxy = definition.proxyConfiguration?.containerName;
  if (proxy === undefined) {
    return definition;
  }
  const containers = (definition.containerDefinitions ?? []).map((container) =>
    container.name === proxy
      ? {
          ...container,
          dependsOn: [
            ...(container.dependsOn ?? []),
            { containerName: COLLECTOR_CONTAINER, condition: 'START' as const },
          ],
        }
      : container,
  );
  return { ...definition, containerDefinitions: [...containers, renderCollector(binding, version)] };
}

function renderCollector(binding: ServiceBinding, version: string): ContainerDefinition {
  const config = renderCollectorConfig({
    mesh: binding.router.mesh,
    region: binding.region,
    logGroup: metricsLogGroupName(binding.environment),
    logStream: binding.service,
  });
  return {
    name: COLLECTOR_CONTAINER,
    image: COLLECTOR_IMAGE,
    // A version serves on without metrics; its judge holds, and an alarm tells.
    essential: false,
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    user: COLLECTOR_USER,
    memory: COLLECTOR_MEMORY_MIB,
    readonlyRootFilesystem: true,
    environment: Object.entries(collectorEnvironment(config)).map(([name, value]) => ({ name, value })),
    healthCheck: { command: [...COLLECTOR_CHECK], interval: 30, timeout: 5, retries: 3, startPeriod: 30 },
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': binding.logGroup,
        'awslogs-region': binding.region,
        'awslogs-stream-prefix': `${version}-collector`,
      },
    },
  };
}
