import { CanaryError } from '../errors';
import { isoNow, secondsSince } from '../ports/clock';
import type { Ports } from '../ports/index';
import { only } from '../traffic/split';
import { describeFailure } from './check-version-ready';
import { establishSplit, openRollout, type RolloutContext, updateRecord } from './context';
import { gapPollSeconds, hasStoppedStable, stopAllBut } from './exclusive';
import { waitForLateCalls } from './late-calls';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';

/** Seconds in which stable must serve again; then people are told that the rollback failed. */
const RESTORE_DEADLINE = 900;

/**
 * Takes one step in undoing what `all_at_once` stopped: the canary's tasks end first, then stable starts again at
 * the size that it had, and the rollback is done when all of its tasks are ready.
 * @throws {CanaryError} `StableNotRestored` after 15 minutes.
 */
export async function restoreStable(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record } = context;
  const base = {
    ...progressOf(record, input),
    outcome: record.outcome ?? 'RolledBack',
    wait_seconds: gapPollSeconds(record),
  };
  if (!hasStoppedStable(record) || record.phase !== 'rolling_back') {
    return { ...base, next: 'drain', wait_seconds: 1, reason: record.reason ?? 'settled' };
  }
  // A look that failed is not one: the same input comes again.
  const isFirstLook = input.state.progress?.next !== 'wait_for_stable';
  const restoring =
    record.restoringSince === undefined
      ? await updateRecord(context, { restoringSince: isoNow(ports.clock) })
      : record;
  const alive = await stopAllBut(context, record.stable);
  // A call of an execution that was stopped may still be under way, so nothing starts before a second look.
  if (alive.length > 0 || isFirstLook) {
    requireTime(context, restoring, `tasks of ${alive.join(', ')} did not end`);
    return {
      ...base,
      ...(isFirstLook ? { wait_seconds: waitForLateCalls(input, base.wait_seconds) } : {}),
      next: 'wait_for_stable',
      reason: `making sure that no task of another version runs before "${record.stable}" starts again`,
    };
  }
  const missing = await bringBack({ ...context, record: restoring }, record);
  if (missing !== null) {
    return { ...base, next: 'wait_for_stable', reason: missing };
  }
  return { ...base, ...(await settle({ ...context, record: restoring }, record.stable)) };
}

/** Takes one step in starting stable again; answers what is still missing, or null when all of its tasks are ready. */
async function bringBack(
  context: RolloutContext,
  { stable, stableTasks }: { readonly stable: string; readonly stableTasks: number },
): Promise<string | null> {
  const { workload, ports, record } = context;
  const isTold = record.restartedAt !== undefined;
  const status = await workload.describe(stable);
  // What a look says before stable was told to start may be of the time before it was stopped.
  if (!isTold || status.desired < stableTasks) {
    await workload.scale(stable, stableTasks);
  }
  if (!isTold) {
    await updateRecord(context, { restartedAt: isoNow(ports.clock) });
    return `starting the ${stableTasks} tasks of "${stable}" again`;
  }
  if (status.ready >= stableTasks) {
    return null;
  }
  const seen = `${status.ready} of ${stableTasks} tasks of "${stable}" ready`;
  const [last] = status.failures;
  requireTime(context, record, last === undefined ? seen : `${seen}; last failure: ${describeFailure(last)}`);
  return seen;
}

async function settle(
  context: RolloutContext,
  stable: string,
): Promise<Pick<Progress, 'next' | 'wait_seconds' | 'reason' | 'split'>> {
  const { ports, record } = context;
  const split = only(stable);
  const reason = record.reason ?? 'rolled back';
  await establishSplit(context, split, `rolled back: ${reason}`);
  await updateRecord(context, { phase: 'rolled_back' });
  const silent = secondsSince(record.stoppedAt, ports.clock.now());
  await ports.store.appendEntry(record.id, {
    kind: 'note',
    at: isoNow(ports.clock),
    text: `"${stable}" serves again, ${silent} s after it was stopped`,
  });
  return { next: 'drain', wait_seconds: 1, reason, split: split.weights };
}

function requireTime({ ports }: RolloutContext, record: RolloutRecord, what: string): void {
  if (secondsSince(record.restoringSince, ports.clock.now()) >= RESTORE_DEADLINE) {
    throw new CanaryError(
      'StableNotRestored',
      `"${record.stable}" does not serve again ${RESTORE_DEADLINE} s after its rollback began: ${what}; see the runbook, "Rollback failed"`,
      { service: record.service, stable: record.stable },
    );
  }
}
