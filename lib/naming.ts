/**
 * Physical names. Every one starts with the environment's name, so that several environments live in one
 * account and region.
 */

/** Name of one of the environment's stacks: `demo-cluster`, or `demo-yelb-ui` for a service. */
export function stackName(environment: string, unit: string): string {
  return `${environment}-${unit}`;
}

/** Name of a rollout function and of its role: `demo-shift-traffic`. */
export function functionName(environment: string, name: string): string {
  return `${environment}-${name}`;
}

/** Name of the rollout's state machine. */
export function stateMachineName(environment: string): string {
  return `${environment}-rollout`;
}

/** Name of the role that a service's containers act as. */
export function taskRoleName(environment: string, service: string): string {
  return `${environment}-${service}-task`;
}

/** Name of the role with which ECS starts a service's tasks: image, logs, secrets. */
export function executionRoleName(environment: string, service: string): string {
  return `${environment}-${service}-execution`;
}

/** Name of the image repository of a service. */
export function imageRepositoryName(environment: string, service: string): string {
  return `${environment}-${service}`;
}

/** Prefix of every log group that people read: `/ecs-canary/demo/…`. */
export function logGroupName(environment: string, unit: string): string {
  return `/ecs-canary/${environment}/${unit}`;
}

/**
 * Prefix of the SSM parameters and Secrets Manager secrets that a service's tasks may read. A service's
 * `specfiles/taskdef.json` names secrets below it.
 */
export function secretPrefix(environment: string, service: string): string {
  return `${environment}/${service}/`;
}

/** Name of what a service's pipeline consists of: repository, pipeline, and its dashboard's, too. */
export function pipelineName(environment: string, service: string): string {
  return `${environment}-${service}`;
}

/** A part of a pipeline that has a role of its own; the roles' names must stay within IAM's 64 characters. */
export type PipelinePart = 'pipeline' | 'check' | 'build' | 'trigger';

/** Name of a part of a service's pipeline and of its role: `demo-yelb-ui-build`. */
export function pipelinePartName(environment: string, service: string, part: PipelinePart): string {
  return `${environment}-${service}-${part}`;
}
