import { CanaryError } from '../errors';
import type { Ports } from '../ports/index';
import { LATE_CALLS_SECONDS } from './late-calls';
import { claimLease } from './lease';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';
import { type ResumeRequest, recoveryPause } from './resume-request';

export { type ResumeRequest, resumeRequestOf } from './resume-request';

/** Takes the rollout's lease over for this execution and says where it goes on. */
export async function resumeRollout(
  ports: Ports,
  input: StepInput,
  request: ResumeRequest,
): Promise<Progress> {
  const record = await ports.store.loadRollout(request.rollout_id);
  if (record === null) {
    throw new CanaryError(
      'UnknownRollout',
      `rollout "${request.rollout_id}" cannot be resumed: it has no record`,
      { ...request },
    );
  }
  const base = progressOf(record, input);
  const pause = recoveryPause(request, input.state.progress);
  if (pause !== null) {
    return { ...base, ...pause };
  }
  const service = await ports.store.loadService(record.service);
  if (record.phase === 'completed' || service.holder?.rolloutId !== record.id) {
    const outcome = record.outcome ?? 'Aborted';
    const reason = record.reason ?? 'another rollout has taken the service over';
    // What is complete may still hold the service, or be untold.
    return { ...base, next: record.phase === 'completed' ? 'complete' : 'end', outcome, reason };
  }
  const claim = claimLease(service, { ...service.holder, execution: input.execution.id }, 'ended');
  if (claim.kind === 'granted') {
    const saved = await ports.store.saveService(claim.state);
    await ports.store.saveRollout({ ...record, execution: input.execution.id, fence: saved.fence });
  }
  const { drainSeconds } = await ports.directory.load(record.service);
  return { ...base, generation: request.generation ?? 0, ...whereItGoesOn(record, request, drainSeconds) };
}

function whereItGoesOn(
  record: RolloutRecord,
  request: ResumeRequest,
  drainSeconds: number,
): Pick<Progress, 'next' | 'reason' | 'wait_seconds' | 'outcome'> {
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
