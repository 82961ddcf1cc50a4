/**
 * Tags by which an environment's resources are known. Taking an environment down goes by them, so every resource has
 * them, whoever makes it: synthesized ones by the app, a version's by whoever starts it.
 */

/** Says that this system made the resource. */
export const MANAGED_TAG = 'ecs-canary:managed';
/** Names the environment that the resource belongs to and is removed with. */
export const ENVIRONMENT_TAG = 'ecs-canary:environment';
/** Names the service that a version's resource belongs to. */
export const SERVICE_TAG = 'ecs-canary:service';
