import { resumeRequestOf } from './resume-request';

/**
 * Seconds after which nothing goes on that an execution had begun before it was stopped: a function that runs is not
 * stopped with it, has 30 s (lib/constructs/rollout/functions.ts), and its last call may take effect a little later.
 */
export const LATE_CALLS_SECONDS = 40;

/** Seconds to wait: those asked for, and in an execution that recovers another's work no less than late calls need. */
export function waitForLateCalls(
  input: { readonly state: { readonly [member: string]: unknown } },
  seconds: number,
): number {
  return resumeRequestOf(input)?.why === 'recover' ? Math.max(seconds, LATE_CALLS_SECONDS) : seconds;
}
