import type { Ports } from '../ports/index';
import { findAdopted } from './adopted';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { hasStoppedStable } from './exclusive';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';
import { stepRemoval, withRemark } from './removal';

/**
 * Takes one step in removing everything of this service that does not serve: the losing version, and what
 * earlier rollouts left. A version that the split names is never touched.
 */
export async function removeVersion(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record } = context;
  const settled = record.reason ?? 'settled';
  const base = {
    ...progressOf(record, input),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  const step = await stepRemoval(context, {
    intended: { weights: record.intended },
    isGivenBack: record.phase === 'rolled_back',
    state: { ...record, removing: [...stoppedBy(record), ...(record.removing ?? [])] },
    findKnown: () => findKnown(context),
    save: (state) => updateRecord(context, state),
  });
  const seen = { ...base, split: step.split.weights };
  if (!step.isDone) {
    return { ...seen, next: 'drain', wait_seconds: step.waitSeconds, reason: settled };
  }
  const reason = withRemark(settled, step.remark);
  if (step.remark !== '') {
    await updateRecord(context, { leftovers: step.leftovers, reason });
  }
  return { ...seen, next: 'complete', reason };
}

/** `all_at_once` had told stable to stop before the canary began: it cannot answer any more. */
function stoppedBy(record: RolloutRecord): readonly string[] {
  return hasStoppedStable(record) ? [record.stable] : [];
}

/**
 * A version may have a target without a workload: those of this rollout, of rollouts whose work it adopted, and what
 * was left behind are asked for by name.
 */
async function findKnown(context: RolloutContext): Promise<readonly string[]> {
  const { record, workload, service } = context;
  const known = [
    ...(await workload.list()),
    ...(service.leftovers ?? []),
    ...(await findAdopted(context)),
    record.version,
    ...(record.stable === null ? [] : [record.stable]),
  ];
  // Where nobody knows who serves, as after a rollout that failed before it had looked, stable stays.
  return record.outcome === 'Promoted' ? known : known.filter((version) => version !== record.stable);
}
