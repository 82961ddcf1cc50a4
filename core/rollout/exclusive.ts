import type { WorkloadStatus } from '../ports/workload';
import type { RolloutContext } from './context';
import type { RolloutRecord } from './record';

/** What strategy `all_at_once` needs: that the tasks of two versions never run at the same time. */

/** Seconds between two looks at tasks that are stopping or starting while nobody answers. */
const GAP_POLL_SECONDS = 5;

/**
 * Seconds between two looks while nobody answers: 5, and more under a long `progress_deadline`, so that the looks
 * stay far below the history's limit.
 */
export function gapPollSeconds(record: Pick<RolloutRecord, 'deploy'>): number {
  return Math.max(GAP_POLL_SECONDS, Math.ceil(record.deploy.progress_deadline / 500));
}

/** Whether a rollback of this rollout has to start stable again. */
export function hasStoppedStable(
  record: RolloutRecord,
): record is RolloutRecord & { readonly stable: string; readonly stableTasks: number } {
  return record.stable !== null && record.stableTasks !== undefined;
}

/**
 * Takes one step in stopping every version but `kept`; answers those of which a task is still alive. Only when the
 * answer is empty may another version start. A list may be older than the newest version, so those that the rollout
 * knows of are asked for by name.
 */
export async function stopAllBut(
  { workload, record, service }: Pick<RolloutContext, 'workload' | 'record' | 'service'>,
  kept: string,
): Promise<readonly string[]> {
  const known = [record.version, record.stable ?? record.version, ...(service.leftovers ?? [])];
  const others = new Set([...(await workload.list()), ...known]);
  others.delete(kept);
  const alive: string[] = [];
  for (const version of others) {
    const status = await workload.describe(version);
    if (isAlive(status)) {
      alive.push(version);
      if (status.state === 'active' && status.desired > 0) {
        await workload.scale(version, 0);
      }
    }
  }
  return alive;
}

/** A version that shall have tasks counts as alive although none has started yet. */
function isAlive(status: WorkloadStatus): boolean {
  return status.alive > 0 || (status.state === 'active' && status.desired > 0);
}
