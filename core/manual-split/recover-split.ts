import type { Ports } from '../ports/index';
import { type Recovery, recoverRollout, type StatusChange } from '../rollout/recover-rollout';

/**
 * Heals a change of the split whose execution ended before it did, as rollouts are healed: an execution takes its
 * lease over, gives traffic back as it was, and completes it.
 */
export async function recoverSplit(ports: Ports, change: StatusChange): Promise<Recovery> {
  return recoverRollout(ports, change, (id) => ports.store.loadSplitChange(id));
}
