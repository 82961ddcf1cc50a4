import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { keepSplit, type SettledSplit } from '../rollout/keep-split';
import { REMOVAL_DEADLINE, REMOVAL_POLL_SECONDS, removeTarget } from '../rollout/remove-version';
import { asEventSubject, openSplit, type SplitContext, updateChange } from './context';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitChange } from './split-change';

/**
 * Takes one step in removing every version of the service that the split does not name. What it names, at any
 * weight, is never touched.
 */
export async function removeUnnamedVersions(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const context = await openSplit(ports, input);
  const { change, router } = context;
  const reason = change.reason ?? 'settled';
  const base = {
    ...progressOfChange(change),
    ...(change.outcome === undefined ? {} : { outcome: change.outcome }),
  };
  const split = await router.getSplit();
  const subject = { ...context, record: asEventSubject(change) };
  const kept = await keepSplit(subject, settledBy(change), split);
  if (kept === 'restored') {
    const { drainSeconds } = context.binding;
    return { ...base, next: 'drain', wait_seconds: drainSeconds, reason: `${reason}; put in force again` };
  }
  const pending: string[] = [];
  for (const version of await findUnnamed(context, Object.keys(split.weights))) {
    if ((await removeOne(context, version)) === 'pending') {
      pending.push(version);
    }
  }
  const seen = { ...base, split: split.weights };
  if (pending.length === 0) {
    const left = kept === 'overruled' ? Object.keys(split.weights) : [];
    const leftovers = left.filter((version) => !(version in change.wanted));
    if (kept === 'overruled' || change.leftovers.length > 0) {
      await updateChange(context, { leftovers });
    }
    return { ...seen, next: 'complete', reason };
  }
  const removingSince = change.removingSince ?? isoNow(ports.clock);
  const isOverdue = ports.clock.now() - Date.parse(removingSince) >= REMOVAL_DEADLINE * 1000;
  await updateChange(context, { removingSince, leftovers: isOverdue ? pending : [] });
  return isOverdue
    ? { ...seen, next: 'complete', reason: `${reason}; could not remove ${pending.join(', ')}` }
    : { ...seen, next: 'drain', wait_seconds: REMOVAL_POLL_SECONDS, reason };
}

function settledBy(change: SplitChange): SettledSplit {
  const isGivenBack = change.phase === 'restored';
  return {
    intended: { weights: isGivenBack ? change.before : change.wanted },
    isGivenBack,
    isRemoving: change.removingSince !== undefined,
  };
}

/** Versions of this change may have a target without a workload, so they are asked for by name. */
async function findUnnamed(
  { change, workload, service }: SplitContext,
  named: readonly string[],
): Promise<readonly string[]> {
  const known = [
    ...(await workload.list()),
    ...(service.leftovers ?? []),
    ...Object.keys(change.before),
    ...Object.keys(change.wanted),
  ];
  return [...new Set(known)].filter((version) => !named.includes(version));
}

async function removeOne(
  { workload, router }: SplitContext,
  version: string,
): Promise<'pending' | 'removed'> {
  if ((await workload.remove(version)) === 'pending') {
    return 'pending';
  }
  return removeTarget(router, version);
}
