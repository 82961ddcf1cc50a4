import type { SplitOutcome } from './manual-split/split-change';
import type { Outcome } from './rollout/record';
import type { Weights } from './traffic/split';

/** What happens in a rollout, for logs, notifications and pages. */
export type RolloutEvent = {
  readonly at: string;
  readonly environment: string;
  readonly service: string;
  readonly rollout: string;
  /** The version that is rolled out; of an operator's split all that it names, joined by commas. */
  readonly version: string;
} & (
  | { readonly type: 'RolloutStarted'; readonly stable: string | null }
  | { readonly type: 'TrafficShifted'; readonly weights: Weights; readonly reason: string }
  | { readonly type: 'StepHeld'; readonly reason: string }
  | { readonly type: 'RollbackStarted'; readonly reason: string }
  | { readonly type: 'SplitStarted'; readonly weights: Weights }
  | {
      readonly type: 'SplitCompleted';
      readonly outcome: SplitOutcome;
      readonly reason: string;
      readonly leftovers: readonly string[];
    }
  | {
      readonly type: 'RolloutCompleted';
      readonly outcome: Outcome;
      readonly reason: string;
      readonly leftovers: readonly string[];
    }
);

export type RolloutEventType = RolloutEvent['type'];

/** Level of each event, and whether people are told (others are only logged). */
export const EVENT_CATALOGUE: Readonly<
  Record<
    RolloutEventType,
    { readonly level: 'info' | 'warn'; readonly notify: boolean; readonly meaning: string }
  >
> = {
  RolloutStarted: { level: 'info', notify: true, meaning: 'a rollout took the service over' },
  TrafficShifted: { level: 'info', notify: false, meaning: 'a new split was written and verified' },
  StepHeld: { level: 'info', notify: false, meaning: 'a check did not allow the next step' },
  RollbackStarted: { level: 'warn', notify: true, meaning: 'all traffic is being given back to stable' },
  SplitStarted: { level: 'info', notify: true, meaning: 'an operator’s split is being applied' },
  SplitCompleted: { level: 'info', notify: true, meaning: 'it ended with the outcome it names' },
  RolloutCompleted: { level: 'info', notify: true, meaning: 'the rollout ended with the outcome it names' },
};
