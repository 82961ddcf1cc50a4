import type { Check } from '../mutation';

/** Rollouts in steps, good and bad, over a version that serves. */
export const CANARIES = ['canary', 'canary-bad'] as const;
/** Rollouts of what cannot run twice. */
export const ALONE = ['all-at-once', 'all-at-once-bad', 'all-at-once-crash'] as const;
/** Operators' splits. */
export const SPLITS = ['split', 'split-whole', 'split-crash'] as const;
/** First releases. */
export const FIRST = ['first', 'first-bad'] as const;

/** The exploration of some scenarios is expected to notice it; `first` says what to play first. */
export function exploredIn(
  scenarios: readonly string[],
  first: readonly string[] = [],
  pairs?: boolean,
): Check {
  return { kind: 'exploration', scenarios, first, ...(pairs === undefined ? {} : { pairs }) };
}
