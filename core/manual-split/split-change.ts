import type { RemovalState } from '../rollout/record';
import type { Weights } from '../traffic/split';

/** How an attempt to apply an operator's split ended. */
export const SPLIT_OUTCOMES = [
  'Applied',
  'RolledBack',
  'RollbackFailed',
  'Rejected',
  'FailedNoChange',
  'Superseded',
  'Aborted',
] as const;
export type SplitOutcome = (typeof SPLIT_OUTCOMES)[number];

/** Where a change is. Only ever moves downwards, but for `restoring`, which any phase before `set` may enter. */
export const SPLIT_PHASES = [
  'claimed',
  'starting',
  'setting',
  'restoring',
  'set',
  'restored',
  'completed',
] as const;
export type SplitPhase = (typeof SPLIT_PHASES)[number];

/** One attempt to give a service the split that an operator wants: all that is needed to go on, or to undo it. */
export interface SplitChange extends RemovalState {
  /** Name of its first execution; it holds the service's lease under this id. */
  readonly id: string;
  readonly service: string;
  /** The split that the operator wants. */
  readonly wanted: Weights;
  /** The split that a failure restores; saved before anything changes. */
  readonly before: Weights;
  /** The split that restoring `before` replaces; saved before that is written. */
  readonly replaced?: Weights;
  /** Execution that drives the change now (ARN). */
  readonly execution: string;
  /** The lease's fencing number; a write with a smaller one is refused. */
  readonly fence: number;
  /** Holder of the lease that died with half-done work; null when there was none. */
  readonly adoptedFrom: string | null;
  readonly phase: SplitPhase;
  /** All times are ISO 8601. */
  readonly startedAt: string;
  /** When tasks began to be started. */
  readonly startingSince?: string;
  /**
   * Tasks per percent of traffic that a task was seen to carry, saved before any is started: those that are being
   * started would otherwise count as needed, and be doubled at each look.
   */
  readonly tasksPerPercent?: number;
  readonly endedAt?: string;
  readonly outcome?: SplitOutcome;
  readonly reason?: string;
  /** Versions that could not be removed; the next change removes them. */
  readonly leftovers: readonly string[];
  /** True once people were told how it ended. */
  readonly isTold?: boolean;
}
