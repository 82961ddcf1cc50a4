import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { findTraffic } from '../traffic/find-traffic';
import { trafficIsAt } from '../traffic/split';
import { closeAdopted, findAdopted } from './adopted';
import { describeCaught } from './caught';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { hasStoppedStable } from './exclusive';
import { freeLease } from './free-lease';
import { type Progress, progressOf, rolloutIdOf, type StepInput } from './progress';
import type { Outcome } from './record';
import { lookForStray, NOT_ASTRAY } from './stray-traffic';
import { tellEnd } from './tell-end';
import { endUnbegun, isUnbegun } from './unbegun';

/**
 * Writes the outcome, frees the lease and tells people. It also ends a rollout whose rollback or removal failed,
 * and then says what state traffic and resources are in.
 */
export async function completeRollout(ports: Ports, input: StepInput): Promise<Progress> {
  const done = await ports.store.loadRollout(rolloutIdOf(input));
  if (done !== null && done.phase === 'completed') {
    await freeLease(ports, done);
    await tellEnd(ports, done);
    return {
      ...progressOf(done, input),
      next: 'end',
      outcome: done.outcome ?? 'Aborted',
      reason: done.reason ?? '',
    };
  }
  if (done !== null && (await isUnbegun(ports, done))) {
    const { rollback_failure, progress } = input.state;
    const reason = rollback_failure === undefined ? progress?.reason : describeCaught(rollback_failure);
    return endUnbegun(ports, input, done, reason ?? 'no reason was given');
  }
  const context = await openRollout(ports, input);
  const end = await conclude(context, input);
  const settled = trafficIsAt({ weights: context.record.intended });
  await closeAdopted(context, end.outcome === 'RollbackFailed' ? end.reason : settled);
  const completed = await updateRecord(context, {
    phase: 'completed',
    ...end,
    endedAt: isoNow(ports.clock),
  });
  await freeLease(ports, completed);
  await tellEnd(ports, completed);
  return { ...progressOf(completed, input), next: 'end', outcome: end.outcome, reason: end.reason };
}

async function conclude(
  context: RolloutContext,
  input: StepInput,
): Promise<{ outcome: Outcome; reason: string; leftovers: readonly string[] }> {
  const { record, router, service } = context;
  const withEarlier = (own: readonly string[]) => [...new Set([...own, ...(service.leftovers ?? [])])];
  const { progress, rollback_failure, removal_failure } = input.state;
  const failure = rollback_failure ?? removal_failure;
  const why =
    failure === undefined ? '' : `${failure.Error ?? 'error'} ${failure.Cause ?? ''}`.slice(0, 1000);
  // Whatever is neither promoted nor rolled back by now could not be: its rollback did not even begin.
  if (record.phase !== 'promoted' && record.phase !== 'rolled_back') {
    const { stable } = record;
    const { split, text } = await findTraffic(router);
    const adopted = (await findAdopted(context)).filter((version) => version !== stable);
    // A promotion may have been under way: where nobody can say what the split names, it may be either.
    const named = split === null ? [record.intended, record.previous] : [split.weights];
    const isUnserving = stable !== null && named.some((weights) => !(stable in weights));
    return {
      outcome: 'RollbackFailed',
      reason: `${record.reason ?? input.state.progress?.reason ?? 'rolled back'}; the rollback failed: ${why}; ${text}${await describeTasks(context)}`,
      leftovers: withEarlier([record.version, ...(isUnserving ? [stable] : []), ...adopted]),
    };
  }
  const outcome = record.outcome ?? progress?.outcome ?? 'FailedNoChange';
  // A rollback may fail after it is settled, too: then the removal was never tried.
  const isUnclean = failure !== undefined;
  const settled = { weights: record.intended };
  const { isAstray, remark } = isUnclean ? await lookForStray(router, settled) : NOT_ASTRAY;
  const reason = `${record.reason ?? progress?.reason ?? 'no reason was given'}${remark}`;
  const loser = outcome === 'Promoted' ? record.stable : record.version;
  // A first release has no loser, and may yet have had to remove what others left.
  const losers = loser === null ? [] : [loser];
  const leftovers = isUnclean && record.leftovers.length === 0 ? withEarlier(losers) : record.leftovers;
  return {
    outcome: isAstray && record.phase === 'rolled_back' ? 'RollbackFailed' : outcome,
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
