import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { describeCaught } from '../rollout/caught';
import { establishSplit } from '../rollout/context';
import { waitForLateCalls } from '../rollout/late-calls';
import { isUnbegun } from '../rollout/unbegun';
import { describeSplit, equalSplits } from '../traffic/split';
import { asEventSubject, openSplit, type SplitContext, soleVersion, updateChange } from './context';
import { changeIdOf, progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitChange, SplitOutcome } from './split-change';
import { endUnbegunSplit } from './unbegun';

/**
 * Gives traffic back as it was before the change, verifies it, and only then lets the new tasks go. Works from the
 * record alone, so it can follow any failure. A split that was set and verified stays.
 */
export async function restoreSplit(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const id = changeIdOf(input);
  const known = await ports.store.loadSplitChange(id);
  if (known !== null && (await isUnbegun(ports, known))) {
    return endUnbegunSplit(ports, known, whyRestored(input));
  }
  if (known === null) {
    const service = String(input.state.service ?? '');
    return { change_id: id, service, next: 'end', outcome: 'FailedNoChange', reason: whyRestored(input) };
  }
  const context = await openSplit(ports, input);
  const { change, binding } = context;
  const base = progressOfChange(change);
  if (change.phase === 'set' || change.phase === 'restored' || change.phase === 'completed') {
    const reason = change.reason ?? whyRestored(input);
    return { ...base, next: 'drain', wait_seconds: waitForLateCalls(input, binding.drainSeconds), reason };
  }
  // What those moved that left something behind is not known any more.
  const mayDrain = ['setting', 'restoring'].includes(change.phase) || context.service.leftovers !== undefined;
  const { restored, hasOverruled } = await giveBack(context, input);
  return {
    ...base,
    split: restored.before,
    next: 'drain',
    wait_seconds: waitForLateCalls(input, mayDrain || hasOverruled ? binding.drainSeconds : 1),
    reason: restored.reason ?? whyRestored(input),
    ...(restored.outcome === undefined ? {} : { outcome: restored.outcome }),
  };
}

async function giveBack(
  context: SplitContext,
  input: SplitStepInput,
): Promise<{ readonly restored: SplitChange; readonly hasOverruled: boolean }> {
  const { change, ports, service, router } = context;
  const reason = change.reason ?? whyRestored(input);
  // A change that failed while it was still finding out what serves has touched nothing.
  const found = await router.getSplit();
  const before = change.phase === 'claimed' ? found.weights : change.before;
  // A repeated restoring finds what it wrote the first time: what that replaced is on record.
  const isWritten = change.phase === 'restoring' && equalSplits(found, { weights: before });
  const replaced = (isWritten ? change.replaced : undefined) ?? found.weights;
  const restoring = await updateChange(context, {
    phase: 'restoring',
    before,
    replaced,
    outcome: change.outcome ?? outcomeOf(change, input),
    reason,
  });
  const hasOverruled = await establishSplit(
    { ...context, record: asEventSubject(change) },
    { weights: before },
    `restored: ${reason}`,
  );
  // What was found may be what nobody could write down any more.
  const text = `restored from ${describeSplit({ weights: replaced })} to ${describeSplit({ weights: before })}: ${reason}`;
  await ports.store.appendEntry(change.id, { kind: 'note', at: isoNow(ports.clock), text });
  const stable = soleVersion({ weights: before });
  // A change that had not begun to set has not touched what is stable.
  if (service.stable !== stable && service.splitByHand === true) {
    await ports.store.saveService({ ...service, stable });
  }
  const restored = await updateChange({ ports, change: restoring }, { phase: 'restored' });
  return { restored, hasOverruled };
}

/** A change that had moved no traffic when it failed changed nothing for users. */
function outcomeOf(change: SplitChange, input: SplitStepInput): SplitOutcome {
  const asked = input.state.failure === undefined ? input.state.progress?.outcome : undefined;
  if (asked === 'Superseded' || asked === 'Aborted') {
    return asked;
  }
  return change.phase === 'setting' ? 'RolledBack' : 'FailedNoChange';
}

/** The failure that a Catch kept, or the reason of the function that decided to restore. */
function whyRestored(input: SplitStepInput): string {
  const { failure, progress } = input.state;
  return failure === undefined ? (progress?.reason ?? 'no reason was given') : describeCaught(failure);
}
