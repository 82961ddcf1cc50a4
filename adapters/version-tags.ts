import type { ServiceBinding } from '../core/config/service-binding';
import { ENVIRONMENT_TAG, MANAGED_TAG, SERVICE_TAG } from '../core/config/tags';

/** One tag of an AWS resource, in the spelling that App Mesh and ECS share. */
export interface VersionTag {
  readonly key: string;
  readonly value: string;
}

/** Tags of every AWS resource of one version. */
export function versionTags(
  binding: Pick<ServiceBinding, 'environment' | 'service'>,
  version: string,
): readonly VersionTag[] {
  return [
    { key: MANAGED_TAG, value: 'true' },
    { key: ENVIRONMENT_TAG, value: binding.environment },
    { key: SERVICE_TAG, value: binding.service },
    { key: 'ecs-canary:version', value: version },
  ];
}
