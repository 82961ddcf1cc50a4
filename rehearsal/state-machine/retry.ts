import type { Retrier } from './definition';
import { matchesError } from './errors';

/** Counts attempts per retrier of one visit to a state, as the language does. */
export interface RetryPlan {
  /** Seconds to wait before the next attempt, or undefined when no retrier takes the error (any more). */
  next(error: string): number | undefined;
  /** Attempts granted so far: `$$.State.RetryCount`. */
  readonly granted: number;
}

/** Starts counting. `random` gives numbers from 0 to 1, for `JitterStrategy: FULL`. */
export function createRetryPlan(retriers: readonly Retrier[], random: () => number): RetryPlan {
  const used = new Map<Retrier, number>();
  let granted = 0;
  return {
    get granted() {
      return granted;
    },
    next(error) {
      // Only the first retrier that matches counts, even when its attempts are used up.
      const retrier = retriers.find((candidate) => matchesError(candidate.ErrorEquals, error));
      if (retrier === undefined) return undefined;
      const attempts = used.get(retrier) ?? 0;
      if (attempts >= (retrier.MaxAttempts ?? 3)) return undefined;
      used.set(retrier, attempts + 1);
      granted += 1;
      const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempts;
      const capped = Math.min(delay, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
      return retrier.JitterStrategy === 'FULL' ? capped * random() : capped;
    },
  };
}
