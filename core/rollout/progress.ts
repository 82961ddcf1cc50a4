import { SERVICE_NAME_PATTERN } from '../config/service-name';
import type { CheckEvidence, Verdict } from '../health/verdict';
import type { Weights } from '../traffic/split';
import type { Outcome, RolloutRecord } from './record';

/** Where the state machine goes after a function: its Choice states read `progress.next`. */
export type Next =
  | 'wait_for_turn'
  | 'stop'
  | 'wait_for_stop'
  | 'create'
  | 'wait_for_tasks'
  | 'shift'
  | 'wait_for_traffic'
  | 'promote'
  | 'roll_back'
  | 'restore'
  | 'wait_for_stable'
  | 'drain'
  | 'complete'
  | 'continue'
  | 'end';

/**
 * What every function returns. The state machine keeps the newest one at `$.progress`, so an operator sees
 * weights, verdict and reason in each state's output.
 */
export interface Progress {
  readonly rollout_id: string;
  readonly service: string;
  readonly next: Next;
  /** One sentence for people. */
  readonly reason: string;
  readonly version?: string;
  readonly stable?: string | null;
  /** Percent by version, as the router had it. */
  readonly split?: Weights;
  readonly verdict?: Verdict;
  /** What the newest check was based on; only in the output of `EvaluateHealth`. */
  readonly evidence?: readonly CheckEvidence[];
  /** The canary's weight that `ShiftTraffic` must establish; makes a repeated shift harmless. */
  readonly target_weight?: number;
  /** Seconds that the next Wait state waits. */
  readonly wait_seconds?: number;
  /** Checks made in this execution; a long rollout continues in a new one before the history is full. */
  readonly checks?: number;
  /** ISO 8601; since when no check could read the metrics. Left out when the newest one could. */
  readonly unreadable_since?: string;
  /** Continuations before this execution; 0 in the first. */
  readonly generation?: number;
  readonly outcome?: Outcome;
  /** The execution that a long rollout continues in. */
  readonly continuation?: { readonly name: string; readonly resume: Readonly<Record<string, unknown>> };
}

/** What a Catch keeps of a failed state. */
export interface CaughtFailure {
  readonly Error?: string;
  readonly Cause?: string;
}

/** What every function is given. */
export interface StepInput {
  /** The state machine's data: the execution's input, the newest progress, and the failure that a Catch kept. */
  readonly state: {
    readonly progress?: Progress;
    /** Why the rollout is being rolled back, when a state failed. */
    readonly failure?: CaughtFailure;
    /** Why the rollback itself failed. */
    readonly rollback_failure?: CaughtFailure;
    /** Why the losing version could not be removed. */
    readonly removal_failure?: CaughtFailure;
    readonly [member: string]: unknown;
  };
  readonly execution: { readonly id: string; readonly name: string; readonly started_at: string };
}

/** The rollout that an input is about: the one claimed, or, before that, the one the execution is named after. */
export function rolloutIdOf(input: StepInput): string {
  return input.state.progress?.rollout_id ?? input.execution.name;
}

/**
 * What the execution was started with, without what its own claim answered while it waited for its turn. Any other
 * `progress` was written by whoever started the execution, and stays: it is refused as the unknown key that it is.
 */
export function documentOf(
  state: { readonly [member: string]: unknown },
  executionName: string,
): { readonly [member: string]: unknown } {
  const { progress, ...document } = state;
  const { rollout_id, change_id } = (progress ?? {}) as { rollout_id?: unknown; change_id?: unknown };
  const isOwn = progress === undefined || (rollout_id ?? change_id) === executionName;
  return isOwn ? document : { ...document, progress };
}

/** The service that an execution's input names; empty when it names none, or what no service can be called. */
export function serviceNamedIn(state: { readonly [member: string]: unknown }): string {
  return typeof state.service === 'string' && SERVICE_NAME_PATTERN.test(state.service) ? state.service : '';
}

/** Characters of a reason that one step hands to the next. */
export const LONGEST_REASON = 2000;

/** What every progress of a rollout says about it, whatever the step. */
export function progressOf(
  record: RolloutRecord,
  input: StepInput,
): Pick<Progress, 'rollout_id' | 'service' | 'version' | 'stable' | 'checks' | 'generation'> {
  return {
    rollout_id: record.id,
    service: record.service,
    version: record.version,
    stable: record.stable,
    checks: input.state.progress?.checks ?? 0,
    generation: input.state.progress?.generation ?? 0,
  };
}

/** Name of an execution that goes on with a rollout, within Step Functions' 80 characters. */
export function executionNameFor(rolloutId: string, suffix: string): string {
  return `${rolloutId.slice(0, 80 - suffix.length)}${suffix}`;
}
