import * as z from 'zod';
import { CanaryError } from '../errors';
import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { LATE_CALLS_SECONDS } from './late-calls';
import { executionNameFor } from './progress';

/** EventBridge's `Step Functions Execution Status Change` event, as far as recovery needs it. */
export const statusChangeSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1).max(2048),
    name: z.string().min(1).max(80),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** When it ended, in milliseconds since the Unix epoch. */
    stopDate: z.number().nullish(),
    input: z.string().nullish(),
  }),
});
export type StatusChange = z.infer<typeof statusChangeSchema>['detail'];

/** What recovery did, for the function's log. */
export interface Recovery {
  readonly action: 'none' | 'left_queue' | 'recovery_started';
  readonly reason: string;
}

/** What recovery must know of what an execution drove: a rollout, or a change of an operator's split. */
export interface Recoverable {
  readonly service: string;
  readonly phase: string;
  readonly outcome?: string;
  readonly isTold?: boolean;
}

/** Recoveries of one rollout before it is left to a person: the function's alarm has fired long before. */
const RECOVERIES = 5;
/** An event that is older was given to the function by a person, who has removed the cause: it counts on. */
const BY_HAND_SECONDS = 600;

/**
 * Heals a rollout whose execution ended before it did: starts an execution that takes its lease over, gives
 * traffic back and completes it. Executions that ended as they should have nothing to heal.
 */
export async function recoverRollout(
  ports: Ports,
  change: StatusChange,
  load: (id: string) => Promise<Recoverable | null> = (id) => ports.store.loadRollout(id),
): Promise<Recovery> {
  const { rolloutId, attempt, from } = identify(change);
  const record = await load(rolloutId);
  if (record === null) {
    return onceSilent(ports, change, await leaveQueue(ports, change, rolloutId));
  }
  const service = await ports.store.loadService(record.service);
  const isHeld = service.holder?.rolloutId === rolloutId;
  if (record.phase === 'completed' && record.isTold === true && !isHeld) {
    return { action: 'none', reason: `rollout "${rolloutId}" is complete: ${record.outcome}` };
  }
  if (
    record.phase !== 'completed' &&
    !(isHeld && [change.executionArn, from].includes(service.holder?.execution))
  ) {
    // It may have ended between writing its record and taking the lease that it had waited for.
    const recovery: Recovery =
      service.waiting?.rolloutId === rolloutId
        ? await leaveQueue(ports, change, rolloutId)
        : { action: 'none', reason: `another execution drives service "${record.service}"` };
    return onceSilent(ports, change, recovery);
  }
  if (attempt >= RECOVERIES && secondsSinceEnd(ports, change) < BY_HAND_SECONDS) {
    throw new Error(
      `rollout "${rolloutId}" of service "${record.service}" was recovered ${attempt} times in vain; remove the cause, then invoke this function with the same event 10 minutes after it or later (runbook, "Recovery failed")`,
    );
  }
  const next = attempt + 1;
  // A recovery that fails before it has taken the service over leaves it to the next one.
  const holder = service.holder?.execution ?? change.executionArn;
  const resume = {
    rollout_id: rolloutId,
    why: 'recover',
    status: change.status,
    attempt: next,
    from: holder,
  };
  await ports.executions.start(executionNameFor(rolloutId, `--recovery-${next}`), {
    service: record.service,
    resume,
  });
  return {
    action: 'recovery_started',
    reason: `execution "${change.name}" ended ${change.status} in phase "${record.phase}"`,
  };
}

/**
 * A function that ran when its execution was stopped may still write the record, or take the lease, that is not there
 * yet. Lambda tries the event again after a minute.
 * @throws {CanaryError} `TooEarly` as long as it may.
 */
function onceSilent(ports: Ports, change: StatusChange, recovery: Recovery): Recovery {
  const { name, status } = change;
  const silent = secondsSinceEnd(ports, change);
  if (status !== 'FAILED' && silent < LATE_CALLS_SECONDS) {
    throw new CanaryError(
      'TooEarly',
      `execution "${name}" ended ${Math.floor(silent)} s ago, and a call of it may still be under way for ${LATE_CALLS_SECONDS} s; looked at again in a minute`,
      { execution: name },
    );
  }
  return recovery;
}

/** Seconds since the execution ended; endless when the event does not say when it did. */
function secondsSinceEnd({ clock }: Ports, { stopDate }: StatusChange): number {
  return stopDate == null ? Number.POSITIVE_INFINITY : (clock.now() - stopDate) / 1000;
}

/** The rollout that an execution belongs to, and how often it was recovered. */
function identify(change: StatusChange): {
  readonly rolloutId: string;
  readonly attempt: number;
  /** For a recovery: the execution that held the service when it was started. */
  readonly from: string | undefined;
} {
  const input = parsedInput(change.input ?? '');
  const resume = input.resume as
    | { rollout_id?: unknown; attempt?: unknown; from?: unknown }
    | null
    | undefined;
  const rolloutId = typeof resume?.rollout_id === 'string' ? resume.rollout_id : change.name;
  const isCount = Number.isInteger(resume?.attempt) && Number(resume?.attempt) >= 0;
  const from = typeof resume?.from === 'string' ? resume.from : undefined;
  return { rolloutId, attempt: isCount ? Number(resume?.attempt) : 0, from };
}

/** A rollout that ended while it waited for its turn holds nothing but a place in the queue. */
async function leaveQueue(ports: Ports, change: StatusChange, rolloutId: string): Promise<Recovery> {
  const service = serviceIn(change.input ?? '');
  if (service === null) {
    return { action: 'none', reason: `rollout "${rolloutId}" never began` };
  }
  const state = await ports.store.loadService(service);
  // An execution's input may name any rollout; only its own place in the queue is its to leave.
  if (state.waiting?.rolloutId !== rolloutId || state.waiting.execution !== change.executionArn) {
    return { action: 'none', reason: `rollout "${rolloutId}" never began` };
  }
  await ports.store.saveService({ ...state, waiting: null });
  await ports.store.appendEntry(rolloutId, {
    kind: 'note',
    at: isoNow(ports.clock),
    text: `Aborted: its execution ended (${change.status}) while it waited for its turn`,
  });
  return { action: 'left_queue', reason: `rollout "${rolloutId}" no longer waits for service "${service}"` };
}

function serviceIn(input: string): string | null {
  const { service } = parsedInput(input);
  return typeof service === 'string' ? service : null;
}

function parsedInput(input: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(input);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
