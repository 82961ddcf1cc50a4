import { isStoppedContinuation } from './caught';
import type { CaughtFailure } from './progress';
import { resumeRequestOf } from './resume-request';

/**
 * Seconds after which nothing goes on that an execution had begun before it was stopped: a function that runs is not
 * stopped with it, has 30 s (lib/constructs/rollout/functions.ts), and its last call may take effect a little later.
 */
export const LATE_CALLS_SECONDS = 40;

/**
 * Seconds to wait: those asked for, and no less than late calls need in an execution that undoes what another one,
 * which was stopped, had begun.
 */
export function waitForLateCalls(
  input: { readonly state: { readonly failure?: CaughtFailure; readonly [member: string]: unknown } },
  seconds: number,
): number {
  const isAnothers = resumeRequestOf(input)?.why === 'recover' || isStoppedContinuation(input.state.failure);
  return isAnothers ? Math.max(seconds, LATE_CALLS_SECONDS) : seconds;
}
