import type { Ports } from '../ports/index';
import { driveOn, toTheEnd } from '../rollout/drive-on';
import { LATE_CALLS_SECONDS } from '../rollout/late-calls';
import { claimLease } from '../rollout/lease';
import { type ResumeRequest, recoveryPause, requireRecorded } from '../rollout/resume-request';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import type { SplitChange } from './split-change';

/** Takes a change whose execution ended over for this execution, and says where it goes on. */
export async function resumeSplit(
  ports: Ports,
  input: SplitStepInput,
  request: ResumeRequest,
): Promise<SplitProgress> {
  const change = requireRecorded(request, await ports.store.loadSplitChange(request.rollout_id));
  const base = progressOfChange(change);
  const pause = recoveryPause(request, input.state.progress);
  if (pause !== null) {
    return { ...base, ...pause };
  }
  const service = await ports.store.loadService(change.service);
  if (change.phase === 'completed') {
    return { ...base, ...toTheEnd(change) };
  }
  if (service.holder?.rolloutId !== change.id) {
    const { outcome = 'Aborted', reason = 'something else has taken the service over' } = change;
    return { ...base, next: 'end', outcome, reason };
  }
  const claim = claimLease(service, { ...service.holder, execution: input.execution.id }, 'ended');
  const resumed =
    claim.kind === 'granted'
      ? await driveOn(ports, input.execution.id, request, claim.state, {
          fence: (id, fence) => ports.store.fenceSplitChange(id, fence),
          save: (left) => ports.store.saveSplitChange(left),
        })
      : change;
  const { drainSeconds } = await ports.directory.load(change.service);
  return { ...base, ...whereItGoesOn(resumed, request, drainSeconds) };
}

type Continuation = Pick<SplitProgress, 'next' | 'reason' | 'wait_seconds' | 'outcome'>;

function whereItGoesOn(change: SplitChange, request: ResumeRequest, drainSeconds: number): Continuation {
  if (change.phase === 'completed') {
    return toTheEnd(change);
  }
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
