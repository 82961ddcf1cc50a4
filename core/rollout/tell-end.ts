import type { Ports } from '../ports/index';
import { emit } from './context';
import type { RolloutRecord } from './record';

/**
 * Tells people how a rollout ended, and notes that they were told: whoever finds it completed and untold tells them,
 * for alarms count what is told. After an interruption they may hear it twice.
 */
export async function tellEnd(ports: Ports, completed: RolloutRecord): Promise<void> {
  if (completed.isTold === true) {
    return;
  }
  const { outcome = 'Aborted', reason = '', leftovers } = completed;
  const binding = await ports.directory.load(completed.service);
  await emit({ ports, binding, record: completed }, { type: 'RolloutCompleted', outcome, reason, leftovers });
  await ports.store.saveRollout({ ...completed, isTold: true });
}
