import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { type Progress, progressOf, type StepInput } from './progress';

/** Seconds between two steps of a removal. */
export const REMOVAL_POLL_SECONDS = 10;
/** Seconds that a removal may take before it is given up and reported. */
export const REMOVAL_DEADLINE = 900;

/**
 * Takes one step in removing everything of this service that does not serve: the losing version, and what
 * earlier rollouts left. A version that the split names is never touched.
 */
export async function removeVersion(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router } = context;
  const base = {
    ...progressOf(record, input),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  const split = await router.getSplit();
  const survivors = new Set([
    ...Object.keys(split.weights),
    record.outcome === 'Promoted' ? record.version : record.stable,
  ]);
  const losers = await findLosers(context, survivors);
  const pending: string[] = [];
  for (const version of losers) {
    if ((await removeOne(context, version)) === 'pending') {
      pending.push(version);
    }
  }
  const seen = { ...base, split: split.weights };
  if (pending.length === 0) {
    return { ...seen, next: 'complete', reason: record.reason ?? 'settled' };
  }
  const removingSince = record.removingSince ?? isoNow(ports.clock);
  const isOverdue = ports.clock.now() - Date.parse(removingSince) >= REMOVAL_DEADLINE * 1000;
  await updateRecord(context, { removingSince, leftovers: isOverdue ? pending : [] });
  return isOverdue
    ? {
        ...seen,
        next: 'complete',
        reason: `${record.reason ?? 'settled'}; could not remove ${pending.join(', ')}`,
      }
    : { ...seen, next: 'drain', wait_seconds: REMOVAL_POLL_SECONDS, reason: record.reason ?? 'settled' };
}

/** The two versions of this rollout may have a target without a workload, so they are asked for by name. */
async function findLosers(
  context: RolloutContext,
  survivors: ReadonlySet<string | null>,
): Promise<readonly string[]> {
  const { record, workload } = context;
  const known = [
    ...(await workload.list()),
    record.version,
    ...(record.stable === null ? [] : [record.stable]),
  ];
  return [...new Set(known)].filter((version) => !survivors.has(version));
}

async function removeOne(context: RolloutContext, version: string): Promise<'pending' | 'removed'> {
  const { workload, router } = context;
  if ((await workload.remove(version)) === 'pending') {
    return 'pending';
  }
  await router.removeTarget(version);
  return 'removed';
}
