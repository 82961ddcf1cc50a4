import type { DeployConfig } from '../config/deploy-schema';
import type { TaskDefinition } from '../config/task-definition-schema';
import type { CheckEvidence, Verdict } from '../health/verdict';
import type { Weights } from '../traffic/split';

/** How a rollout ended. */
export const OUTCOMES = [
  'Promoted',
  'RolledBack',
  'RollbackFailed',
  'Rejected',
  'FailedNoChange',
  'Superseded',
  'Aborted',
  'Registered',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where a rollout is. Only ever moves downwards in this list, but for `rolling_back`, which any phase before `promoted` may enter. */
export const PHASES = [
  'claimed',
  'creating',
  'shifting',
  'baking',
  'promoting',
  'rolling_back',
  'promoted',
  'rolled_back',
  'completed',
] as const;
export type Phase = (typeof PHASES)[number];

/** What is kept on record of a removal. All times are ISO 8601. */
export interface RemovalState {
  /** When it began. */
  readonly removingSince?: string;
  /** Versions that were told to stop; saved before they are. */
  readonly removing?: readonly string[];
  /**
   * When the settled split was put in force again, from when on what lost traffic drains. Null while it is being
   * written: nobody knows then whether it drains already.
   */
  readonly drainingSince?: string | null;
}

/** Everything that a rollout must know to go on, or to be undone by somebody else. One per rollout. */
export interface RolloutRecord extends RemovalState {
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  readonly image: string;
  readonly deploy: DeployConfig;
  readonly taskDefinition: TaskDefinition;
  /** Execution that drives the rollout now (ARN). */
  readonly execution: string;
  /** The lease's fencing number; a write with a smaller one is refused. */
  readonly fence: number;
  /** Rollout whose execution died and whose half-done work this one repairs first; null when there was none. */
  readonly adoptedFrom: string | null;
  /** The version that served when the rollout began; null for a first release. Saved before anything changes. */
  readonly stable: string | null;
  readonly phase: Phase;
  /** The split that this rollout last decided to write; saved before it is written. */
  readonly intended: Weights;
  /** The split before that; a crash in between leaves the router at either. */
  readonly previous: Weights;
  /** All times are ISO 8601. */
  readonly startedAt: string;
  /** When the tasks began to be created. */
  readonly createdAt?: string;
  /**
   * Tasks that stable had, saved before `all_at_once` stops them; from then on a rollback has to start them again.
   */
  readonly stableTasks?: number;
  /** When stable was told to stop; nobody answers from then until another version is ready. */
  readonly stoppedAt?: string;
  /** When a rollback began to start stable again. */
  readonly restoringSince?: string;
  /** When it told stable to start again. */
  readonly restartedAt?: string;
  /** When the canary was about to get traffic for the first time. */
  readonly firstShiftAt?: string;
  /** When its first step was in force: whole minutes of data begin after it. */
  readonly trafficSince?: string;
  readonly lastShiftAt?: string;
  readonly bakeStartedAt?: string;
  readonly endedAt?: string;
  readonly outcome?: Outcome;
  readonly reason?: string;
  /** Versions that could not be removed; the next rollout of the service removes them. */
  readonly leftovers: readonly string[];
  /** True once people were told how it ended. */
  readonly isTold?: boolean;
}

/** One line of a rollout's history, kept beside its record. */
export type RolloutEntry =
  | { readonly kind: 'split'; readonly at: string; readonly weights: Weights; readonly reason: string }
  | {
      readonly kind: 'check';
      readonly at: string;
      readonly verdict: Verdict;
      readonly reason: string;
      readonly evidence: readonly CheckEvidence[];
    }
  | { readonly kind: 'note'; readonly at: string; readonly text: string };

/** Who holds or waits for a service's lease. */
export interface Claimant {
  readonly rolloutId: string;
  /** Execution ARN. */
  readonly execution: string;
  /** ISO 8601 start of the rollout; the newest wins. */
  readonly startedAt: string;
}

/** How often a commit was released. */
export interface CommitReleases {
  /** Its first 8 characters. */
  readonly commit: string;
  readonly count: number;
}

/** The release table's item of one service: the lease, who waits, and what is stable. */
export interface ServiceState {
  readonly service: string;
  /** Rises with every write; a write with another expectation is refused. 0: no item yet. */
  readonly revision: number;
  /** Rises with every new holder of the lease. */
  readonly fence: number;
  readonly holder: Claimant | null;
  readonly waiting: Claimant | null;
  /** The version last promoted, or the only one in an operator's split; null while such a split has several. */
  readonly stable: string | null;
  /** Versions that were left behind; whatever settles the service next removes them. Left out when there are none. */
  readonly leftovers?: readonly string[];
  /** True once an operator's split was applied: without `stable`, no rollout may then take the service over. */
  readonly splitByHand?: boolean;
  /** The highest `sequence` of a build that came to its rollout; left out until one did. */
  readonly sequence?: number;
  /** How often each of the commits released last was released, the newest last. */
  readonly releases: readonly CommitReleases[];
}

/** The state of a service that was never released. */
export function emptyServiceState(service: string): ServiceState {
  return { service, revision: 0, fence: 0, holder: null, waiting: null, stable: null, releases: [] };
}
