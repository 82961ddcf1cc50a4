import * as z from 'zod';
import { CanaryError } from '../errors';
import type { Ports } from '../ports/index';
import { claimLease } from './lease';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';

/** Input of an execution that goes on with a rollout which another execution began. */
const resumeSchema = z.strictObject({
  resume: z.strictObject({
    rollout_id: z.string().min(1),
    /** `continue`: the history of the first execution is nearly full. `recover`: it ended before the rollout did. */
    why: z.enum(['continue', 'recover']),
    /** How many executions have continued the rollout, for `continue`. */
    generation: z.int().optional(),
    /** How many recoveries were started before and with this one, for `recover`. */
    attempt: z.int().optional(),
    /** Status in which the first execution ended, for `recover`. */
    status: z.string().optional(),
  }),
});

export type ResumeRequest = z.infer<typeof resumeSchema>['resume'];

/** The resume request in an execution's input; null for an ordinary rollout. */
export function resumeRequestOf(input: {
  readonly state: { readonly [member: string]: unknown };
}): ResumeRequest | null {
  const { resume } = input.state;
  const parsed = resumeSchema.safeParse({ resume });
  return parsed.success ? parsed.data.resume : null;
}

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
  const service = await ports.store.loadService(record.service);
  if (record.phase === 'completed' || service.holder?.rolloutId !== record.id) {
    const outcome = record.outcome ?? 'Aborted';
    return {
      ...base,
      next: 'end',
      outcome,
      reason: record.reason ?? 'another rollout has taken the service over',
    };
  }
  const claim = claimLease(service, { ...service.holder, execution: input.execution.id }, 'ended');
  if (claim.kind === 'granted') {
    const saved = await ports.store.saveService(claim.state);
    await ports.store.saveRollout({ ...record, execution: input.execution.id, fence: saved.fence });
  }
  return { ...base, generation: request.generation ?? 0, ...whereItGoesOn(record, request) };
}

function whereItGoesOn(
  record: RolloutRecord,
  request: ResumeRequest,
): Pick<Progress, 'next' | 'reason' | 'wait_seconds' | 'outcome'> {
  if (record.phase === 'promoted' || record.phase === 'rolled_back') {
    return {
      next: 'drain',
      wait_seconds: 1,
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
