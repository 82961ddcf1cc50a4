import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { describeSplit, equalSplits, NO_TRAFFIC, only, type Split, sharesTraffic } from '../traffic/split';
import { describeCaught, isStoppedContinuation } from './caught';
import { emit, establishSplit, openRollout, type RolloutContext, updateRecord } from './context';
import { hasStoppedStable } from './exclusive';
import { freeLease } from './free-lease';
import { waitForLateCalls } from './late-calls';
import { type Progress, progressOf, rolloutIdOf, type StepInput, serviceNamedIn } from './progress';
import type { Outcome, RolloutRecord } from './record';
import { tellEnd } from './tell-end';
import { endUnbegun, isUnbegun } from './unbegun';

/**
 * Gives every request back to stable (or takes the service out of traffic when there is none), verifies it, and
 * only then lets the tasks go. Where `all_at_once` stopped stable, it is not rolled back before stable serves again. Works from the record alone, so it can follow any failure. A rollout that is
 * already promoted stays promoted.
 */
export async function rollBack(ports: Ports, input: StepInput): Promise<Progress> {
  const id = rolloutIdOf(input);
  const known = await ports.store.loadRollout(id);
  if (known?.phase === 'completed') {
    await freeLease(ports, known);
    await tellEnd(ports, known);
    const { outcome = 'Aborted', reason = whyRolledBack(input) } = known;
    return { ...progressOf(known, input), next: 'end', outcome, reason };
  }
  if (known === null) {
    const reason = whyRolledBack(input);
    return {
      rollout_id: id,
      service: serviceNamedIn(input.state),
      next: 'end',
      outcome: 'FailedNoChange',
      reason,
    };
  }
  if (await isUnbegun(ports, known)) {
    return endUnbegun(ports, input, known, whyRolledBack(input));
  }
  const context = await openRollout(ports, input);
  const { record } = context;
  const base = progressOf(record, input);
  if (record.phase === 'promoted' || record.phase === 'rolled_back') {
    return {
      ...base,
      next: 'drain',
      // Nobody knows how long ago traffic was settled.
      wait_seconds: waitForLateCalls(input, context.binding.drainSeconds),
      outcome: record.outcome ?? 'RolledBack',
      reason: record.reason ?? whyRolledBack(input),
    };
  }
  const { settled, hasMoved } = await giveTrafficBack(context, input);
  const isDown = hasStoppedStable(settled);
  // A hand may have given another version traffic although this rollout had not.
  const drain =
    isDown || (settled.firstShiftAt === undefined && !hasMoved) ? 1 : context.binding.drainSeconds;
  return {
    ...base,
    split: settled.intended,
    next: isDown ? 'restore' : 'drain',
    wait_seconds: waitForLateCalls(input, drain),
    outcome: settled.outcome ?? 'RolledBack',
    reason: settled.reason ?? whyRolledBack(input),
  };
}

async function giveTrafficBack(
  context: RolloutContext,
  input: StepInput,
): Promise<{ readonly settled: RolloutRecord; readonly hasMoved: boolean }> {
  const { record, router, ports } = context;
  const found = await router.getSplit();
  const reason = record.reason ?? whyRolledBack(input);
  const isStarted = record.phase === 'rolling_back';
  // What a repeated rollback restores was decided, and saved, the first time.
  const target = isStarted
    ? { weights: record.intended }
    : splitToRestore(record, context.service.stable, found);
  // A repeated rollback finds what it wrote the first time: what that replaced is on record.
  const replaced = isStarted && equalSplits(found, target) ? { weights: record.previous } : found;
  const started = await updateRecord(context, {
    phase: 'rolling_back',
    previous: replaced.weights,
    intended: target.weights,
    outcome: isStarted ? (record.outcome ?? 'RolledBack') : outcomeOf(record, input),
    reason,
  });
  if (!isStarted) {
    await emit(context, { type: 'RollbackStarted', reason });
  }
  await forgetPromotion(context);
  const hasMoved = await establishSplit({ ...context, record: started }, target, `rolled back: ${reason}`);
  // What was found may be what nobody could write down any more: a step that died, or a hand's edit.
  const text = `rolled back from ${describeSplit(replaced)} to ${describeSplit(target)}: ${reason}`;
  await ports.store.appendEntry(record.id, { kind: 'note', at: isoNow(ports.clock), text });
  const settled = hasStoppedStable(started)
    ? started
    : await updateRecord({ ...context, record: started }, { phase: 'rolled_back' });
  // What the take-over had to move may still drain; what a repeated rollback, the rollout that died before this one,
  // or those that left something behind had moved is not known any more.
  const isRepaired = !sharesTraffic({ weights: record.previous }, { weights: record.intended });
  const isUnknown = isStarted || record.adoptedFrom !== null || context.service.leftovers !== undefined;
  return { settled, hasMoved: hasMoved || isRepaired || isUnknown };
}

/** A promotion that failed after the release table had named the canary stable is undone there, too. */
async function forgetPromotion({ ports, record, service }: RolloutContext): Promise<void> {
  if (service.stable === record.version && record.stable !== record.version) {
    await ports.store.saveService({ ...service, stable: record.stable });
  }
}

/**
 * Everything on the version that served before. A rollout that failed while it was still finding out which one that
 * is goes by the release table, if the split names that version, and otherwise leaves the split as it is.
 */
function splitToRestore(record: RolloutRecord, recordedStable: string | null, found: Split): Split {
  if (record.phase === 'claimed') {
    return recordedStable !== null && recordedStable in found.weights ? only(recordedStable) : found;
  }
  return record.stable === null ? NO_TRAFFIC : only(record.stable);
}

/** A rollout that had moved no traffic and stopped nothing when it failed changed nothing for users. */
function outcomeOf(record: RolloutRecord, input: StepInput): Outcome {
  const asked = input.state.failure === undefined ? input.state.progress?.outcome : undefined;
  if (asked === 'Superseded' || asked === 'Aborted') {
    return asked;
  }
  if (isStoppedContinuation(input.state.failure)) {
    return 'Aborted';
  }
  return record.firstShiftAt === undefined && !hasStoppedStable(record) ? 'FailedNoChange' : 'RolledBack';
}

/** The failure that a Catch kept, or the reason of the function that decided to roll back. */
function whyRolledBack(input: StepInput): string {
  const { failure, progress } = input.state;
  return failure === undefined ? (progress?.reason ?? 'no reason was given') : describeCaught(failure);
}
