import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { emit } from '../rollout/context';
import { releaseLease } from '../rollout/lease';
import { describeCaught } from '../rollout/roll-back';
import { asEventSubject, openSplit, type SplitContext, trafficIsAt, updateChange } from './context';
import { changeIdOf, progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitOutcome } from './split-change';

/**
 * Writes the outcome, frees the lease and tells people. It also ends a change whose restoring or removal failed, and
 * then says what state traffic is in.
 */
export async function completeSplit(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const done = await ports.store.loadSplitChange(changeIdOf(input));
  if (done !== null && done.phase === 'completed') {
    await freeLease(ports, done.service, done.id);
    const { outcome = 'Aborted', reason = '' } = done;
    return { ...progressOfChange(done), next: 'end', outcome, reason };
  }
  const context = await openSplit(ports, input);
  const { change } = context;
  const end = await conclude(context, input);
  await updateChange(context, { phase: 'completed', ...end, endedAt: isoNow(ports.clock) });
  await freeLease(ports, change.service, change.id);
  await emit({ ...context, record: asEventSubject(change) }, { type: 'SplitCompleted', ...end });
  const { outcome, reason } = end;
  return { ...progressOfChange(change), next: 'end', outcome, reason };
}

async function freeLease(ports: Ports, service: string, id: string): Promise<void> {
  const state = await ports.store.loadService(service);
  if (state.holder?.rolloutId === id) {
    await ports.store.saveService(releaseLease(state, id));
  }
}

async function conclude(
  { change, router }: SplitContext,
  input: SplitStepInput,
): Promise<{ outcome: SplitOutcome; reason: string; leftovers: readonly string[] }> {
  const { progress, restore_failure, removal_failure } = input.state;
  const failure = restore_failure ?? removal_failure;
  const why = failure === undefined ? '' : describeCaught(failure).slice(0, 1000);
  const reason = change.reason ?? progress?.reason ?? 'no reason was given';
  const versions = Object.keys(change.wanted);
  if (change.phase !== 'set' && change.phase !== 'restored') {
    const state = await router.getSplit().then(trafficIsAt, () => 'where traffic is cannot be read');
    const leftovers = versions.filter((version) => !(version in change.before));
    return { outcome: 'RollbackFailed', reason: `${reason}; restoring failed: ${why}; ${state}`, leftovers };
  }
  const named = change.phase === 'set' ? change.wanted : change.before;
  const losers = [...Object.keys(change.before), ...versions].filter((version) => !(version in named));
  const isUnclean = removal_failure !== undefined && change.leftovers.length === 0;
  const leftovers = isUnclean ? losers : change.leftovers;
  const left = leftovers.length === 0 ? '' : `; left behind: ${leftovers.join(', ')} ${why}`;
  return { outcome: change.outcome ?? 'FailedNoChange', reason: `${reason}${left}`.trim(), leftovers };
}
