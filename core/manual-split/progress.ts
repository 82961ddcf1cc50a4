import type { CaughtFailure } from '../rollout/progress';
import type { Weights } from '../traffic/split';
import type { SplitChange, SplitOutcome } from './split-change';

/** Where the split's state machine goes after a function. */
export type SplitNext =
  | 'wait_for_turn'
  | 'start'
  | 'wait_for_tasks'
  | 'set'
  | 'restore'
  | 'drain'
  | 'complete'
  | 'end';

/** What every function of the split's state machine returns; the newest one is at `$.progress`. */
export interface SplitProgress {
  readonly change_id: string;
  readonly service: string;
  readonly next: SplitNext;
  /** One sentence for people. */
  readonly reason: string;
  /** Percent by version, as the operator wants it. */
  readonly wanted?: Weights;
  /** Percent by version, as the router had it. */
  readonly split?: Weights;
  /** Seconds that the next Wait state waits. */
  readonly wait_seconds?: number;
  readonly outcome?: SplitOutcome;
}

/** What every function of the split's state machine is given. */
export interface SplitStepInput {
  readonly state: {
    readonly progress?: SplitProgress;
    /** Why the split before is restored, when a state failed. */
    readonly failure?: CaughtFailure;
    /** Why restoring it failed. */
    readonly restore_failure?: CaughtFailure;
    /** Why versions could not be removed. */
    readonly removal_failure?: CaughtFailure;
    readonly [member: string]: unknown;
  };
  readonly execution: { readonly id: string; readonly name: string; readonly started_at: string };
}

/** The change that an input is about: the one claimed, or, before that, the one the execution is named after. */
export function changeIdOf(input: SplitStepInput): string {
  return input.state.progress?.change_id ?? input.execution.name;
}

/** What every progress of a change says about it, whatever the step. */
export function progressOfChange(
  change: SplitChange,
): Pick<SplitProgress, 'change_id' | 'service' | 'wanted'> {
  return { change_id: change.id, service: change.service, wanted: change.wanted };
}
