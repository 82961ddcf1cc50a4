import type { DeployConfig } from '../config/deploy-schema';

/** `percent_step` when deploy.json gives neither it nor `steps`. */
export const DEFAULT_PERCENT_STEP = 10;

/**
 * The weights that the canary goes through, rising and ending at 100. A first release has nobody to share with
 * and goes to 100 at once, as do the strategies that do not split.
 */
export function planSteps(
  deploy: Pick<DeployConfig, 'strategy' | 'percent_step' | 'steps'>,
  isFirstRelease: boolean,
): readonly number[] {
  if (isFirstRelease || deploy.strategy !== 'canary') {
    return [100];
  }
  const ladder = deploy.steps ?? evenSteps(deploy.percent_step ?? DEFAULT_PERCENT_STEP);
  return ladder.at(-1) === 100 ? ladder : [...ladder, 100];
}

function evenSteps(step: number): readonly number[] {
  return Array.from({ length: Math.ceil(100 / step) }, (_, index) => Math.min(100, step * (index + 1)));
}

/** The smallest step of the plan above `weight`; null when the canary has all traffic. */
export function nextStep(steps: readonly number[], weight: number): number | null {
  return steps.find((step) => step > weight) ?? null;
}

/** Seconds that a rollout takes at least: the waits between its steps, and the bake. */
export function shortestDuration(deploy: DeployConfig): number {
  return (planSteps(deploy, false).length - 1) * deploy.wait_time + deploy.bake_time;
}
