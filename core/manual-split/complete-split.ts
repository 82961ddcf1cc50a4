import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { describeCaught } from '../rollout/caught';
import { freeLease } from '../rollout/free-lease';
import { lookForStray, NOT_ASTRAY } from '../rollout/stray-traffic';
import { isUnbegun } from '../rollout/unbegun';
import { findTraffic } from '../traffic/find-traffic';
import { trafficIsAt, type Weights } from '../traffic/split';
import { closeAdoptedSplits } from './close-abandoned';
import { openSplit, type SplitContext, updateChange } from './context';
import { changeIdOf, progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitChange, SplitOutcome } from './split-change';
import { tellEndOfSplit } from './tell-end-of-split';
import { endUnbegunSplit } from './unbegun';

/**
 * Writes the outcome, frees the lease and tells people. It also ends a change whose restoring or removal failed, and
 * then says what state traffic is in.
 */
export async function completeSplit(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const done = await ports.store.loadSplitChange(changeIdOf(input));
  if (done !== null && done.phase === 'completed') {
    await freeLease(ports, done);
    await tellEndOfSplit(ports, done);
    const { outcome = 'Aborted', reason = '' } = done;
    return { ...progressOfChange(done), next: 'end', outcome, reason };
  }
  if (done !== null && (await isUnbegun(ports, done))) {
    const { restore_failure, progress } = input.state;
    const reason = restore_failure === undefined ? progress?.reason : describeCaught(restore_failure);
    return endUnbegunSplit(ports, done, reason ?? 'no reason was given');
  }
  const context = await openSplit(ports, input);
  const end = await conclude(context, input);
  const settled = trafficIsAt({ weights: settledBy(context.change) });
  await closeAdoptedSplits(context, end.outcome === 'RollbackFailed' ? end.reason : settled);
  const completed = await updateChange(context, { phase: 'completed', ...end, endedAt: isoNow(ports.clock) });
  await freeLease(ports, completed);
  await tellEndOfSplit(ports, completed);
  const { outcome, reason } = end;
  return { ...progressOfChange(completed), next: 'end', outcome, reason };
}

/** The split that a change which did not fail leaves in force. */
function settledBy({ phase, wanted, before }: SplitChange): Weights {
  return phase === 'set' ? wanted : before;
}

async function conclude(
  { change, router, service }: SplitContext,
  input: SplitStepInput,
): Promise<{ outcome: SplitOutcome; reason: string; leftovers: readonly string[] }> {
  const withEarlier = (own: readonly string[]) => [...new Set([...own, ...(service.leftovers ?? [])])];
  const { progress, restore_failure, removal_failure } = input.state;
  const failure = restore_failure ?? removal_failure;
  const why = failure === undefined ? '' : describeCaught(failure).slice(0, 1000);
  const reason = change.reason ?? progress?.reason ?? 'no reason was given';
  const versions = Object.keys(change.wanted);
  if (change.phase !== 'set' && change.phase !== 'restored') {
    const { text } = await findTraffic(router);
    const leftovers = withEarlier(versions.filter((version) => !(version in change.before)));
    return { outcome: 'RollbackFailed', reason: `${reason}; restoring failed: ${why}; ${text}`, leftovers };
  }
  const named = settledBy(change);
  const losers = [...Object.keys(change.before), ...versions].filter((version) => !(version in named));
  // Restoring may fail after it is settled, too: then the removal was never tried.
  const isUnclean = failure !== undefined;
  const { isAstray, remark } = isUnclean ? await lookForStray(router, { weights: named }) : NOT_ASTRAY;
  const leftovers = isUnclean && change.leftovers.length === 0 ? withEarlier(losers) : change.leftovers;
  const left = leftovers.length === 0 ? '' : `; left behind: ${leftovers.join(', ')} ${why}`;
  const outcome =
    isAstray && change.phase === 'restored' ? 'RollbackFailed' : (change.outcome ?? 'FailedNoChange');
  return { outcome, reason: `${reason}${remark}${left}`.trim(), leftovers };
}
