import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { describeSplit } from '../traffic/split';
import { emit, openRollout, type RolloutContext, updateRecord } from './context';
import { hasStoppedStable } from './exclusive';
import { releaseLease } from './lease';
import { type Progress, progressOf, rolloutIdOf, type StepInput } from './progress';
import type { Outcome } from './record';

/**
 * Writes the outcome, frees the lease and tells people. It also ends a rollout whose rollback or removal failed,
 * and then says what state traffic and resources are in.
 */
export async function completeRollout(ports: Ports, input: StepInput): Promise<Progress> {
  const done = await ports.store.loadRollout(rolloutIdOf(input));
  if (done !== null && done.phase === 'completed') {
    await freeLease(ports, done.service, done.id);
    return {
      ...progressOf(done, input),
      next: 'end',
      outcome: done.outcome ?? 'Aborted',
      reason: done.reason ?? '',
    };
  }
  const context = await openRollout(ports, input);
  const { record } = context;
  const { outcome, reason, leftovers } = await conclude(context, input);
  await updateRecord(context, {
    phase: 'completed',
    outcome,
    reason,
    leftovers,
    endedAt: isoNow(ports.clock),
  });
  await freeLease(ports, record.service, record.id);
  await emit(context, { type: 'RolloutCompleted', outcome, reason, leftovers });
  return {
    ...progressOf(record, input),
    next: 'end',
    outcome,
    reason,
  };
}

async function freeLease(ports: Ports, service: string, rolloutId: string): Promise<void> {
  const state = await ports.store.loadService(service);
  if (state.holder?.rolloutId === rolloutId) {
    await ports.store.saveService(releaseLease(state, rolloutId));
  }
}

async function conclude(
  context: RolloutContext,
  input: StepInput,
): Promise<{ outcome: Outcome; reason: string; leftovers: readonly string[] }> {
  const { record, router } = context;
  const { progress, rollback_failure, removal_failure } = input.state;
  const failure = rollback_failure ?? removal_failure;
  const why =
    failure === undefined ? '' : `${failure.Error ?? 'error'} ${failure.Cause ?? ''}`.slice(0, 1000);
  if (record.phase === 'rolling_back') {
    const split = await router
      .getSplit()
      .then(describeSplit, (error: unknown) => `unknown (${String(error)})`);
    return {
      outcome: 'RollbackFailed',
      reason: `${record.reason ?? 'rolled back'}; the rollback failed: ${why}; traffic is at: ${split}${await describeTasks(context)}`,
      leftovers: [record.version],
    };
  }
  const outcome = record.outcome ?? progress?.outcome ?? 'FailedNoChange';
  const reason = record.reason ?? progress?.reason ?? 'no reason was given';
  const isUnclean = removal_failure !== undefined;
  const loser = outcome === 'Promoted' ? record.stable : record.version;
  const leftovers = isUnclean && loser !== null && record.leftovers.length === 0 ? [loser] : record.leftovers;
  return {
    outcome,
    reason: leftovers.length > 0 ? `${reason}; left behind: ${leftovers.join(', ')} ${why}`.trim() : reason,
    leftovers,
  };
}

/** Where `all_at_once` had stopped stable, traffic alone does not say what runs. */
async function describeTasks({ record, workload }: RolloutContext): Promise<string> {
  if (!hasStoppedStable(record)) {
    return '';
  }
  const lines = [record.stable, record.version].map((version) =>
    workload.describe(version).then(
      ({ ready, desired, alive }) => `"${version}" has ${ready} of ${desired} tasks ready, ${alive} alive`,
      (error: unknown) => `tasks of "${version}" are unknown (${String(error)})`,
    ),
  );
  return `; ${(await Promise.all(lines)).join('; ')}`;
}
