import { CanaryError } from '../errors';
import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { describeSplit, type Split } from '../traffic/split';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { keepSplit, type SettledSplit } from './keep-split';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';

/** Seconds between two steps of a removal. */
export const REMOVAL_POLL_SECONDS = 10;
/** Seconds that a removal may take before it is given up and reported. */
export const REMOVAL_DEADLINE = 900;
/** Dead rollouts that are looked back at; more than a few in a row means that nothing works at all. */
const MOST_ADOPTED = 10;

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
  const kept = await keepSplit(context, settledBy(record), split);
  if (kept === 'restored') {
    const reason = `${record.reason ?? 'settled'}; the split was put in force again`;
    return { ...base, next: 'drain', wait_seconds: context.binding.drainSeconds, reason };
  }
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
    const overruled = kept === 'overruled' ? Object.keys(split.weights) : [];
    const leftovers = overruled.filter((version) => !(version in record.intended));
    const reason = kept === 'overruled' ? whyOverruled(record, split) : (record.reason ?? 'settled');
    if (kept === 'overruled' || record.leftovers.length > 0) {
      await updateRecord(context, { leftovers, reason });
    }
    return { ...seen, next: 'complete', reason };
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

function settledBy(record: RolloutRecord): SettledSplit {
  return {
    intended: { weights: record.intended },
    isGivenBack: record.phase === 'rolled_back',
    isRemoving: record.removingSince !== undefined,
  };
}

function whyOverruled({ reason }: RolloutRecord, split: Split): string {
  return `${reason ?? 'settled'}; then somebody else set the split to ${describeSplit(split)}, and it was left`;
}

/**
 * A version may have a target without a workload: those of this rollout, of rollouts whose work it adopted, and what
 * was left behind are asked for by name.
 */
async function findLosers(
  context: RolloutContext,
  survivors: ReadonlySet<string | null>,
): Promise<readonly string[]> {
  const { record, workload, service } = context;
  const known = [
    ...(await workload.list()),
    ...(service.leftovers ?? []),
    ...(await findAdopted(context)),
    record.version,
    ...(record.stable === null ? [] : [record.stable]),
  ];
  return [...new Set(known)].filter((version) => !survivors.has(version));
}

/** Versions of the rollouts that died one after the other before this one. */
async function findAdopted({ ports, record }: RolloutContext): Promise<readonly string[]> {
  const found: string[] = [];
  for (let id = record.adoptedFrom; id !== null && found.length < MOST_ADOPTED; ) {
    const adopted: RolloutRecord | null = await ports.store.loadRollout(id);
    found.push(...(adopted === null ? [] : [adopted.version]));
    id = adopted?.adoptedFrom ?? null;
  }
  return found;
}

async function removeOne(context: RolloutContext, version: string): Promise<'pending' | 'removed'> {
  const { workload, router } = context;
  if ((await workload.remove(version)) === 'pending') {
    return 'pending';
  }
  return removeTarget(router, version);
}

/**
 * Removes a target whose tasks are gone. One that got traffic again since the split was read stays until the next
 * look, which takes the traffic away first.
 */
export async function removeTarget(
  router: Pick<RolloutContext['router'], 'removeTarget'>,
  version: string,
): Promise<'pending' | 'removed'> {
  try {
    await router.removeTarget(version);
    return 'removed';
  } catch (error) {
    if (error instanceof CanaryError && error.code === 'VersionStillServing') {
      return 'pending';
    }
    throw error;
  }
}
