import type { Ports } from '../ports/index';
import { driveOn, toTheEnd } from './drive-on';
import { LATE_CALLS_SECONDS } from './late-calls';
import { claimLease } from './lease';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';
import { type ResumeRequest, recoveryPause, requireRecorded } from './resume-request';

export { type ResumeRequest, resumeRequestOf } from './resume-request';

/** Takes the rollout's lease over for this execution and says where it goes on. */
export async function resumeRollout(
  ports: Ports,
  input: StepInput,
  request: ResumeRequest,
): Promise<Progress> {
  const record = requireRecorded(request, await ports.store.loadRollout(request.rollout_id));
  const base = progressOf(record, input);
  const pause = recoveryPause(request, input.state.progress);
  if (pause !== null) {
    return { ...base, ...pause };
  }
  const service = await ports.store.loadService(record.service);
  if (record.phase === 'completed') {
    return { ...base, ...toTheEnd(record) };
  }
  if (service.holder?.rolloutId !== record.id) {
    const { outcome = 'Aborted', reason = 'another rollout has taken the service over' } = record;
    return { ...base, next: 'end', outcome, reason };
  }
  const claim = claimLease(service, { ...service.holder, execution: input.execution.id }, 'ended');
  const resumed =
    claim.kind === 'granted'
      ? await driveOn(ports, input.execution.id, request, claim.state, {
          fence: (id, fence) => ports.store.fenceRollout(id, fence),
          save: (left) => ports.store.saveRollout(left),
        })
      : record;
  const { drainSeconds } = await ports.directory.load(record.service);
  return {
    ...progressOf(resumed, input),
    generation: request.generation ?? 0,
    ...whereItGoesOn(resumed, request, drainSeconds),
  };
}

type Continuation = Pick<Progress, 'next' | 'reason' | 'wait_seconds' | 'outcome'>;

function whereItGoesOn(record: RolloutRecord, request: ResumeRequest, drainSeconds: number): Continuation {
  if (record.phase === 'completed') {
    return toTheEnd(record);
  }
  if (record.phase === 'promoted' || record.phase === 'rolled_back') {
    return {
      next: 'drain',
      wait_seconds: Math.max(drainSeconds, LATE_CALLS_SECONDS),
      reason: 'traffic had been settled; the losing version is removed now',
    };
  }
  if (request.why === 'continue') {
    return {
      next: 'wait_for_traffic',
      wait_seconds: 1,
      reason: 'continued in a new execution, for the first one’s history is nearly full',
    };
  }
  return {
    next: 'roll_back',
    reason: `its execution ended (${request.status ?? 'unknown status'}) before the rollout did`,
    outcome: request.status === 'ABORTED' ? 'Aborted' : 'RolledBack',
  };
}
