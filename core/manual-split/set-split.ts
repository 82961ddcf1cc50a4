import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { establishSplit } from '../rollout/context';
import { createSplit, equalSplits, type Split, trafficIsAt } from '../traffic/split';
import { asEventSubject, openSplit, type SplitContext, soleVersion, updateChange } from './context';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import { findAwaited } from './readiness';
import type { SplitChange } from './split-change';

/** Seconds before versions that are not ready after all are looked at again. */
const READY_POLL_SECONDS = 10;

/**
 * Sets the split that the operator wants, whole, and verifies it; versions that it does not name have no traffic from
 * then on. Repeating it changes nothing.
 */
export async function setSplit(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const context = await openSplit(ports, input);
  const { change, binding } = context;
  const base = progressOfChange(change);
  if (change.phase === 'set') {
    return { ...base, next: 'drain', wait_seconds: binding.drainSeconds, reason: change.reason ?? 'set' };
  }
  const unready = (await findAwaited(context)).filter(({ needed, status }) => status.ready < needed);
  if (unready.length > 0) {
    const reason = unready.map(
      (each) => `${each.version}: ${each.status.ready} of ${each.needed} tasks ready`,
    );
    return { ...base, next: 'wait_for_tasks', wait_seconds: READY_POLL_SECONDS, reason: reason.join('; ') };
  }
  const wanted = createSplit(change.wanted);
  await establish(context, wanted);
  const reason = trafficIsAt(wanted);
  return {
    ...base,
    split: wanted.weights,
    next: 'drain',
    wait_seconds: isUnchanged(change) ? 1 : binding.drainSeconds,
    outcome: 'Applied',
    reason,
  };
}

/** What is stable is forgotten before several versions share traffic, so that no rollout gives one of them everything. */
async function establish(context: SplitContext, wanted: Split): Promise<void> {
  const { ports, service, change } = context;
  const setting = await updateChange(context, { phase: 'setting' });
  const stable = soleVersion(wanted);
  if (service.stable !== stable || service.splitByHand !== true) {
    await ports.store.saveService({ ...service, stable, splitByHand: true });
  }
  const subject = { ...context, record: asEventSubject(change) };
  await establishSplit(subject, wanted, 'the split of platform.yaml');
  // First, for once the change counts as set it is not repeated.
  await ports.store.appendEntry(change.id, {
    kind: 'note',
    at: isoNow(ports.clock),
    text: `applied: ${trafficIsAt(wanted)}`,
  });
  await updateChange(
    { ports, change: setting },
    { phase: 'set', outcome: 'Applied', reason: trafficIsAt(wanted) },
  );
}

/** A dead change may have taken traffic away a moment ago, so that adopting it always waits. */
function isUnchanged({ before, wanted, adoptedFrom }: SplitChange): boolean {
  return adoptedFrom === null && equalSplits({ weights: before }, { weights: wanted });
}
