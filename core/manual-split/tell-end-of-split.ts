import type { Ports } from '../ports/index';
import { emit } from '../rollout/context';
import { asEventSubject } from './context';
import type { SplitChange } from './split-change';

/** Tells people how a change ended, and notes that they were told, as `tellEnd` does for rollouts. */
export async function tellEndOfSplit(ports: Ports, completed: SplitChange): Promise<void> {
  if (completed.isTold === true) {
    return;
  }
  const { outcome = 'Aborted', reason = '', leftovers } = completed;
  const binding = await ports.directory.load(completed.service);
  const record = asEventSubject(completed);
  await emit({ ports, binding, record }, { type: 'SplitCompleted', outcome, reason, leftovers });
  await ports.store.saveSplitChange({ ...completed, isTold: true });
}
