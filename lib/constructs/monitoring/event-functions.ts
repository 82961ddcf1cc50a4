import type { FunctionName } from '../../../core/config/function-environment';

/** Functions that tell what happens in a rollout; what dashboards show as events stands in their logs. */
export const EVENT_FUNCTIONS = [
  'claim-rollout',
  'shift-traffic',
  'evaluate-health',
  'promote-version',
  'roll-back',
  'complete-rollout',
] as const satisfies readonly FunctionName[];
