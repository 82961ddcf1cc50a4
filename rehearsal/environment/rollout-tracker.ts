import { OUTCOMES } from '../../core/rollout/record';
import type { ExecutionStatusEvent, StateEvent } from '../contracts';
import type { RolloutReport } from '../report/schema';

type Weights = Record<string, number>;
type Check = RolloutReport['checks'][number];
type FinalOutcome = RolloutReport['outcome'];

/** One rollout as it is known so far. */
export interface TrackedRollout {
  readonly id: string;
  readonly service: string;
  version: string;
  stable: string | null;
  /** State that its newest execution is in. */
  state: string;
  reason: string;
  outcome: FinalOutcome;
  /** Milliseconds, virtual. */
  readonly startedAt: number;
  endedAt: number | null;
  /** Execution that drives it now. */
  execution: string;
  readonly executions: string[];
  readonly splits: RolloutReport['splits'];
  readonly checks: RolloutReport['checks'];
  /** States in the order in which they were entered; ISO 8601, virtual. */
  readonly states: { readonly state: string; readonly from: string; to: string | null }[];
}

/** What a Task state's output tells about its rollout. */
interface SeenProgress {
  readonly rollout_id?: string;
  readonly version?: string;
  readonly stable?: string | null;
  readonly reason?: string;
  readonly verdict?: Check['verdict'];
  readonly evidence?: Check['evidence'];
  readonly outcome?: FinalOutcome;
}

/** Follows rollouts through what the Step Functions and App Mesh emulations see: nothing of ours is asked. */
export class RolloutTracker {
  private readonly rollouts = new Map<string, TrackedRollout>();
  private readonly rolloutOfExecution = new Map<string, string>();
  private readonly listeners = new Set<(rollout: TrackedRollout) => void>();

  /** @param kept Rollouts that are kept, for rehearsals of hours; those that run are kept whatever their number. */
  constructor(private readonly kept = Number.POSITIVE_INFINITY) {}

  /** Every rollout, oldest first. */
  all(): readonly TrackedRollout[] {
    return [...this.rollouts.values()];
  }

  get(id: string): TrackedRollout | undefined {
    return this.rollouts.get(id);
  }

  /** Calls back on every change; returns how to stop that. */
  onChange(listener: (rollout: TrackedRollout) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes note of an execution's status; executions that apply an operator's split are no rollouts. */
  status(event: ExecutionStatusEvent): void {
    if (event.stateMachineArn.endsWith(SPLIT_MACHINE)) {
      return;
    }
    const input = parsed(event.input) as { service?: unknown; resume?: { rollout_id?: unknown } };
    const resumed = input.resume?.rollout_id;
    const id = typeof resumed === 'string' ? resumed : event.name;
    this.rolloutOfExecution.set(event.executionArn, id);
    const known = this.rollouts.get(id) ?? this.begin(id, String(input.service ?? ''), event);
    if (event.status === 'RUNNING') {
      known.execution = event.executionArn;
      known.executions.push(event.executionArn);
      known.endedAt = null;
    } else if (known.execution === event.executionArn) {
      known.endedAt = event.stopDate ?? null;
      known.outcome = outcomeOf(event);
      known.reason = event.cause ?? known.reason;
    }
    this.tell(known);
  }

  /** Takes note of a state that was entered or left. */
  state(event: StateEvent): void {
    const known = this.rollouts.get(this.rolloutOfExecution.get(event.executionArn) ?? '');
    if (known === undefined) {
      return;
    }
    const last = known.states.at(-1);
    if (event.kind !== 'retried' && last !== undefined && last.to === null) {
      last.to = event.at;
    }
    if (event.kind === 'entered') {
      known.state = event.state;
      known.states.push({ state: event.state, from: event.at, to: null });
    } else if (event.kind === 'exited') {
      this.learn(known, event);
    }
    this.tell(known);
  }

  /** Takes note of a service's split as the router has it now. */
  split(service: string, weights: Weights, at: number): void {
    for (const rollout of this.rollouts.values()) {
      const isOfIt = rollout.service === service && rollout.endedAt === null;
      if (isOfIt && JSON.stringify(rollout.splits.at(-1)?.weights) !== JSON.stringify(weights)) {
        rollout.splits.push({ at: new Date(at).toISOString(), weights });
        this.tell(rollout);
      }
    }
  }

  private begin(id: string, service: string, event: ExecutionStatusEvent): TrackedRollout {
    const rollout: TrackedRollout = {
      id,
      service,
      version: '',
      stable: null,
      state: '',
      reason: '',
      outcome: 'Running',
      startedAt: event.startDate,
      endedAt: null,
      execution: event.executionArn,
      executions: [],
      splits: [],
      checks: [],
      states: [],
    };
    this.rollouts.set(id, rollout);
    this.forgetOldest();
    return rollout;
  }

  private forgetOldest(): void {
    const oldest = [...this.rollouts.values()].find(({ endedAt }) => endedAt !== null);
    if (this.rollouts.size > this.kept && oldest !== undefined) {
      this.rollouts.delete(oldest.id);
      for (const execution of oldest.executions) {
        this.rolloutOfExecution.delete(execution);
      }
    }
  }

  private learn(rollout: TrackedRollout, event: StateEvent): void {
    const progress = progressIn(event.detail);
    rollout.version = progress.version ?? rollout.version;
    rollout.stable = progress.stable === undefined ? rollout.stable : progress.stable;
    rollout.reason = progress.reason ?? rollout.reason;
    if (event.state === 'EvaluateHealth' && progress.verdict !== undefined) {
      rollout.checks.push({
        at: event.at,
        verdict: progress.verdict,
        reason: progress.reason ?? '',
        evidence: [...(progress.evidence ?? [])],
      });
    }
  }

  private tell(rollout: TrackedRollout): void {
    for (const listener of this.listeners) {
      listener(rollout);
    }
  }
}

/** A rollout as report.json has it. */
export function toRolloutReport(rollout: TrackedRollout): RolloutReport {
  return {
    id: rollout.id,
    service: rollout.service,
    version: rollout.version,
    stable: rollout.stable,
    outcome: rollout.outcome,
    reason: rollout.reason,
    startedAt: new Date(rollout.startedAt).toISOString(),
    endedAt: rollout.endedAt === null ? null : new Date(rollout.endedAt).toISOString(),
    splits: rollout.splits,
    checks: rollout.checks,
  };
}

/** How the name of the state machine ends that applies operators' splits. */
const SPLIT_MACHINE = '-split';

/** The outcome that an execution's end says; one that ended without saying so was aborted. */
function outcomeOf(event: ExecutionStatusEvent): FinalOutcome {
  if (event.status === 'SUCCEEDED') {
    return progressIn(event.output).outcome ?? 'Promoted';
  }
  return OUTCOMES.find((outcome) => outcome === event.error) ?? 'Aborted';
}

function progressIn(detail: unknown): SeenProgress {
  const state = typeof detail === 'string' ? parsed(detail) : detail;
  const progress =
    typeof state === 'object' && state !== null ? (state as { progress?: unknown }).progress : undefined;
  return typeof progress === 'object' && progress !== null ? (progress as SeenProgress) : {};
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
