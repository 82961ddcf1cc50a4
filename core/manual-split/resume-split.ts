import { CanaryError } from '../errors';
import type { Ports } from '../ports/index';
import { LATE_CALLS_SECONDS } from '../rollout/late-calls';
import { claimLease } from '../rollout/lease';
import { type ResumeRequest, recoveryPause } from '../rollout/resume-request';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitChange } from './split-change';

/** Takes a change whose execution ended over for this execution, and says where it goes on. */
export async function resumeSplit(
  ports: Ports,
  input: SplitStepInput,
  request: ResumeRequest,
): Promise<SplitProgress> {
  const change = await ports.store.loadSplitChange(request.rollout_id);
  if (change === null) {
    throw new CanaryError(
      'UnknownRollout',
      `change of the split "${request.rollout_id}" cannot be resumed: it has no record`,
      { ...request },
    );
  }
  const base = progressOfChange(change);
  const pause = recoveryPause(request, input.state.progress);
  if (pause !== null) {
    return { ...base, ...pause };
  }
  const service = await ports.store.loadService(change.service);
  if (change.phase === 'completed' || service.holder?.rolloutId !== change.id) {
    const { outcome = 'Aborted', reason = 'something else has taken the service over' } = change;
    // What is complete may still hold the service, or be untold.
    return { ...base, next: change.phase === 'completed' ? 'complete' : 'end', outcome, reason };
  }
  const claim = claimLease(service, { ...service.holder, execution: input.execution.id }, 'ended');
  if (claim.kind === 'granted') {
    const { fence } = await ports.store.saveService(claim.state);
    await ports.store.saveSplitChange({ ...change, execution: input.execution.id, fence });
  }
  const { drainSeconds } = await ports.directory.load(change.service);
  return { ...base, ...whereItGoesOn(change, request, drainSeconds) };
}

function whereItGoesOn(
  change: SplitChange,
  request: ResumeRequest,
  drainSeconds: number,
): Pick<SplitProgress, 'next' | 'reason' | 'wait_seconds' | 'outcome'> {
  if (change.phase === 'set' || change.phase === 'restored') {
    const reason = 'traffic had been settled; versions that the split does not name are removed now';
    return { next: 'drain', wait_seconds: Math.max(drainSeconds, LATE_CALLS_SECONDS), reason };
  }
  return {
    next: 'restore',
    reason: `its execution ended (${request.status ?? 'unknown status'}) before the split was set`,
    ...(request.status === 'ABORTED' ? { outcome: 'Aborted' as const } : {}),
  };
}
