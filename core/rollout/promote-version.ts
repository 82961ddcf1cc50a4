import type { Ports } from '../ports/index';
import { canarySplit, only, sharesTraffic } from '../traffic/split';
import { establishSplit, openRollout, updateRecord } from './context';
import { describeDrift } from './drift';
import { type Progress, progressOf, type StepInput } from './progress';

/**
 * Makes the canary the stable version: the split names it alone, then the release table does. The order matters:
 * a crash in between leaves a proven version serving, and recovery can still give everything back.
 */
export async function promoteVersion(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, service, binding } = context;
  const base = progressOf(record, input);
  const split = await router.getSplit();
  const drift = describeDrift(record, split);
  if (drift !== null || !sharesTraffic(split, canarySplit(record.version, 100, record.stable))) {
    return {
      ...base,
      split: split.weights,
      next: 'roll_back',
      reason: drift ?? 'the canary does not have all traffic',
    };
  }
  const final = only(record.version);
  const promoting = await updateRecord(context, {
    phase: 'promoting',
    previous: split.weights,
    intended: final.weights,
  });
  await establishSplit({ ...context, record: promoting }, final, 'promoted', true);
  if (service.stable !== record.version) {
    await ports.store.saveService({ ...service, stable: record.version });
  }
  const reason = input.state.progress?.reason ?? 'every check passed';
  await updateRecord({ ...context, record: promoting }, { phase: 'promoted', outcome: 'Promoted', reason });
  return {
    ...base,
    split: final.weights,
    next: 'drain',
    wait_seconds: record.stable === null ? 1 : binding.drainSeconds,
    outcome: 'Promoted',
    reason,
  };
}
