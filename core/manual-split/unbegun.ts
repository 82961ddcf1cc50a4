import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { leaveQueue } from '../rollout/queue';
import { progressOfChange, type SplitProgress } from './progress';
import type { SplitChange } from './split-change';
import { tellEndOfSplit } from './tell-end-of-split';

/** Completes a change that failed before it took the lease, for nobody else ever would, and takes it out of the queue. */
export async function endUnbegunSplit(
  ports: Ports,
  change: SplitChange,
  reason: string,
): Promise<SplitProgress> {
  const endedAt = isoNow(ports.clock);
  const outcome = 'FailedNoChange';
  const completed: SplitChange = { ...change, phase: 'completed', outcome, reason, endedAt };
  await ports.store.saveSplitChange(completed);
  await leaveQueue(ports, change.service, change.id);
  await tellEndOfSplit(ports, completed);
  return { ...progressOfChange(completed), next: 'end', outcome, reason };
}
