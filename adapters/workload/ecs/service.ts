import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import type { VersionSpec } from '../../../core/ports/workload';
import { versionTags } from '../../version-tags';

/**
 * The ECS service of one version. ECS gives up on tasks that never start and leaves them as they are: rolling back
 * is the rollout's business.
 */
export function renderService(
  binding: ServiceBinding,
  spec: Pick<VersionSpec, 'version' | 'desired' | 'isExclusive'>,
  parts: { readonly taskDefinition: string; readonly registryArn: string },
): CreateServiceCommandInput {
  return {
    cluster: binding.cluster,
    serviceName: versionResourceName(binding, spec.version),
    taskDefinition: parts.taskDefinition,
    desiredCount: spec.desired,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: binding.subnets,
        securityGroups: binding.securityGroups,
        assignPublicIp: 'DISABLED',
      },
    },
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: false },
      // At most 100 %: ECS ends a task before it starts its replacement.
      ...(spec.isExclusive === true
        ? { minimumHealthyPercent: 0, maximumPercent: 100 }
        : { minimumHealthyPercent: 100, maximumPercent: 200 }),
    },
    serviceRegistries: [{ registryArn: parts.registryArn }],
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: versionTags(binding, spec.version).map(({ key, value }) => ({ key, value })),
  };
}
