/**
 * The functions and the environment variables that their constructs set and their handlers read: written once, for
 * both sides.
 */

/** Functions of the rollout's state machine, and the one that recovers it. */
export const ROLLOUT_FUNCTION_NAMES = [
  'claim-rollout',
  'stop-stable',
  'create-version',
  'check-version-ready',
  'shift-traffic',
  'evaluate-health',
  'promote-version',
  'roll-back',
  'restore-stable',
  'remove-version',
  'complete-rollout',
  'recover-rollout',
] as const;

/** Functions of the state machine that applies operators' splits, and the one that recovers it. */
export const SPLIT_FUNCTION_NAMES = [
  'claim-split',
  'start-versions',
  'set-split',
  'restore-split',
  'remove-unnamed-versions',
  'complete-split',
  'recover-split',
] as const;

/** Every function. */
export const FUNCTION_NAMES = [...ROLLOUT_FUNCTION_NAMES, ...SPLIT_FUNCTION_NAMES] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
export type SplitFunctionName = (typeof SPLIT_FUNCTION_NAMES)[number];

/** Whether a function belongs to operators' splits. */
export function isSplitFunction(name: FunctionName): name is SplitFunctionName {
  return (SPLIT_FUNCTION_NAMES as readonly string[]).includes(name);
}

/** Names of the environment variables of every function. */
export const FUNCTION_ENVIRONMENT = {
  /** Environment name of platform.yaml. */
  environment: 'ENVIRONMENT_NAME',
  /** DynamoDB table of leases, records and history. */
  releaseTable: 'RELEASE_TABLE_NAME',
  /** SNS topic that hears of rollouts. */
  topic: 'NOTIFICATION_TOPIC_ARN',
  /** ARN of the function's own state machine, built from its name to avoid a circular reference. */
  stateMachine: 'STATE_MACHINE_ARN',
} as const;

/** Placeholder in the state machine's definition that holds a function's ARN: `ClaimRolloutArn`. */
export function functionPlaceholder(name: FunctionName): string {
  return `${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Arn`;
}
