import type { Ports } from '../ports/index';
import { stepRemoval, withRemark } from '../rollout/removal';
import { asEventSubject, openSplit, type SplitContext, updateChange } from './context';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';

/**
 * Takes one step in removing every version of the service that the split does not name. What it names, at any
 * weight, is never touched.
 */
export async function removeUnnamedVersions(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const context = await openSplit(ports, input);
  const { change } = context;
  const settled = change.reason ?? 'settled';
  const base = {
    ...progressOfChange(change),
    ...(change.outcome === undefined ? {} : { outcome: change.outcome }),
  };
  const isGivenBack = change.phase === 'restored';
  const step = await stepRemoval(
    { ...context, record: asEventSubject(change) },
    {
      intended: { weights: isGivenBack ? change.before : change.wanted },
      isGivenBack,
      state: change,
      findKnown: () => findKnown(context),
      save: (state) => updateChange(context, state),
    },
  );
  const seen = { ...base, split: step.split.weights };
  if (!step.isDone) {
    return { ...seen, next: 'drain', wait_seconds: step.waitSeconds, reason: settled };
  }
  const reason = withRemark(settled, step.remark);
  if (step.remark !== '') {
    await updateChange(context, { leftovers: step.leftovers, reason });
  }
  return { ...seen, next: 'complete', reason };
}

/** Versions of this change may have a target without a workload, so they are asked for by name. */
async function findKnown({ change, workload, service }: SplitContext): Promise<readonly string[]> {
  return [
    ...(await workload.list()),
    ...(service.leftovers ?? []),
    ...Object.keys(change.before),
    ...Object.keys(change.wanted),
  ];
}
