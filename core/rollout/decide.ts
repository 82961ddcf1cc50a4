import type { Judgement } from '../health/verdict';
import { nextStep } from './plan';
import type { Progress } from './progress';
import type { RolloutRecord } from './record';

/** What a decision is made from. */
export interface DecisionInput {
  readonly record: Pick<RolloutRecord, 'deploy' | 'lastShiftAt' | 'bakeStartedAt' | 'startedAt'>;
  readonly steps: readonly number[];
  /** The canary's weight, as the router has it. */
  readonly weight: number;
  readonly judgement: Judgement;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** A newer rollout that waits for this service. */
  readonly supersededBy: string | null;
  /** How the split differs from what was written. */
  readonly drift: string | null;
}

export type Decision = Pick<Progress, 'next' | 'reason' | 'outcome' | 'target_weight' | 'wait_seconds'>;

/**
 * What follows a check. Rolling back comes first; a step is taken when `wait_time` has passed and the verdict is
 * advance; the bake ends in promotion under the same rule; everything else waits for the next check.
 */
export function decide(input: DecisionInput): Decision {
  const { judgement } = input;
  if (input.drift !== null) {
    return { next: 'roll_back', reason: input.drift };
  }
  if (judgement.verdict === 'roll_back') {
    return { next: 'roll_back', reason: judgement.reason };
  }
  if (input.supersededBy !== null) {
    return {
      next: 'roll_back',
      outcome: 'Superseded',
      reason: `superseded by the newer rollout "${input.supersededBy}"`,
    };
  }
  return judgement.verdict === 'advance' ? advance(input) : hold(input);
}

function advance(input: DecisionInput): Decision {
  const { record, judgement } = input;
  const due = secondsUntilDue(input);
  if (due > 0) {
    return { next: 'wait_for_traffic', reason: judgement.reason, wait_seconds: nextCheck(input, due) };
  }
  if (record.bakeStartedAt !== undefined && input.weight === 100) {
    return { next: 'promote', reason: `baked for ${record.deploy.bake_time} s; ${judgement.reason}` };
  }
  const target = nextStep(input.steps, input.weight) ?? 100;
  return { next: 'shift', target_weight: target, reason: judgement.reason };
}

function hold(input: DecisionInput): Decision {
  const { deploy } = input.record;
  const overdue = -secondsUntilDue(input);
  const isForData = input.judgement.missingData === true;
  const deadline = Math.max(deploy.progress_deadline, isForData ? deploy.health.no_data_deadline : 0);
  const waitsForPerson = isForData && deploy.health.on_no_data === 'hold';
  if (overdue >= deadline && !waitsForPerson) {
    return {
      next: 'roll_back',
      reason: `no progress for ${deadline} s (progress_deadline): ${input.judgement.reason}`,
    };
  }
  return { next: 'wait_for_traffic', reason: input.judgement.reason, wait_seconds: deploy.health.interval };
}

/** Seconds until the next step, or the end of the bake, is due; negative when it is overdue. */
function secondsUntilDue(input: DecisionInput): number {
  const { record, now } = input;
  const bakes = record.bakeStartedAt !== undefined && input.weight === 100;
  const since = Date.parse((bakes ? record.bakeStartedAt : record.lastShiftAt) ?? record.startedAt);
  const length = bakes ? record.deploy.bake_time : record.deploy.wait_time;
  return Math.ceil(length - (now - since) / 1000);
}

function nextCheck(input: DecisionInput, due: number): number {
  return Math.max(1, Math.min(input.record.deploy.health.interval, due));
}
