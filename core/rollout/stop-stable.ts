import { isoNow, secondsSince } from '../ports/clock';
import type { Ports } from '../ports/index';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { describeDrift } from './drift';
import { gapPollSeconds, stopAllBut } from './exclusive';
import { LATE_CALLS_SECONDS } from './late-calls';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';

/**
 * Strategy all_at_once: stops every task of the service and looks whether all are gone. How many tasks stable had is
 * saved before the first is stopped. The split stays at stable: until the canary is ready nobody could answer.
 */
export async function stopStable(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, service } = context;
  const split = await router.getSplit();
  const seen = { ...progressOf(record, input), split: split.weights };
  if (service.waiting !== null) {
    const reason = `superseded by the newer rollout "${service.waiting.rolloutId}"`;
    return { ...seen, next: 'roll_back', outcome: 'Superseded', reason };
  }
  const drift = describeDrift(record, split);
  if (drift !== null) {
    return { ...seen, next: 'roll_back', reason: drift };
  }
  // A look that failed is not one: the same input comes again.
  const isFirstLook = input.state.progress?.next !== 'wait_for_stop';
  const stopping = await saveSize(context);
  const alive = await stopAllBut(context, record.version);
  const wait = { next: 'wait_for_stop', wait_seconds: gapPollSeconds(record) } as const;
  const now = ports.clock.now();
  if (alive.length > 0) {
    return secondsSince(stopping.createdAt, now) >= record.deploy.progress_deadline
      ? { ...seen, next: 'roll_back', reason: `tasks of ${alive.join(', ')} did not end in time` }
      : { ...seen, ...wait, reason: `waiting until the tasks of ${alive.join(', ')} are gone` };
  }
  // A call of the execution that was taken over may still be under way: the look that counts comes after it.
  const noisy = record.adoptedFrom === null ? 0 : LATE_CALLS_SECONDS - secondsSince(stopping.createdAt, now);
  if (noisy > 0) {
    const reason = 'making sure that the interrupted rollout starts nothing any more';
    return { ...seen, ...wait, wait_seconds: Math.max(wait.wait_seconds, noisy), reason };
  }
  if (isFirstLook && record.stable !== null) {
    // What a look says before anything was stopped may be of an earlier time.
    return { ...seen, ...wait, reason: `making sure that the tasks of "${record.stable}" are gone` };
  }
  // The new version has the whole of `progress_deadline` for itself.
  await updateRecord({ ...context, record: stopping }, { createdAt: isoNow(ports.clock) });
  const reason =
    record.stable === null
      ? 'no version runs'
      : `the tasks of "${record.stable}" are gone after ${secondsSince(stopping.stoppedAt, now)} s`;
  return { ...seen, next: 'create', reason };
}

/** Saves how many tasks stable has, once, before anything is stopped. */
async function saveSize(context: RolloutContext): Promise<RolloutRecord> {
  const { record, workload, ports } = context;
  if (record.stable === null || record.stoppedAt !== undefined) {
    return record;
  }
  const { desired } = await workload.describe(record.stable);
  const stableTasks = record.stableTasks ?? (desired > 0 ? desired : record.taskDefinition.desired_count);
  const at = isoNow(ports.clock);
  const text = `stopping the ${stableTasks} tasks of "${record.stable}": nobody answers until a version is ready`;
  const saved = await updateRecord(context, { stableTasks, stoppedAt: at, createdAt: at });
  await ports.store.appendEntry(record.id, { kind: 'note', at, text });
  return saved;
}
