import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { type Progress, progressOf, type StepInput } from './progress';
import { leaveQueue } from './queue';
import type { RolloutRecord } from './record';
import { tellEnd } from './tell-end';

/** Whether a rollout, or a change of a split, wrote its record and failed before it took the lease: it has touched nothing. */
export async function isUnbegun(
  ports: Ports,
  record: { readonly id: string; readonly service: string; readonly phase: string },
): Promise<boolean> {
  return (
    record.phase === 'claimed' &&
    (await ports.store.loadService(record.service)).holder?.rolloutId !== record.id
  );
}

/** Completes such a rollout, for nobody else ever would, and takes it out of the queue. */
export async function endUnbegun(
  ports: Ports,
  input: StepInput,
  record: RolloutRecord,
  reason: string,
): Promise<Progress> {
  const endedAt = isoNow(ports.clock);
  const outcome = 'FailedNoChange';
  const completed: RolloutRecord = { ...record, phase: 'completed', outcome, reason, endedAt };
  await ports.store.saveRollout(completed);
  await leaveQueue(ports, record.service, record.id);
  await tellEnd(ports, completed);
  return { ...progressOf(completed, input), next: 'end', outcome, reason };
}
