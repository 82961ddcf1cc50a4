import * as z from 'zod';
import { CanaryError } from '../errors';

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
    /** Execution (ARN) that held the service when the recovery was started, for `recover`. */
    from: z.string().optional(),
  }),
});

export type ResumeRequest = z.infer<typeof resumeSchema>['resume'];

/** Seconds that each recovery waits before it begins, so that five of them outlast an outage of a quarter of an hour. */
const RECOVERY_PAUSES = [0, 30, 60, 120, 300];

/** The resume request in an execution's input; null for an ordinary rollout. */
export function resumeRequestOf(input: {
  readonly state: { readonly [member: string]: unknown };
}): ResumeRequest | null {
  const { resume } = input.state;
  const parsed = resumeSchema.safeParse({ resume });
  return parsed.success ? parsed.data.resume : null;
}

/**
 * The record of what is to be resumed.
 * @throws {CanaryError} `UnknownRollout` when there is none.
 */
export function requireRecorded<R>(request: ResumeRequest, record: R | null): R {
  if (record === null) {
    throw new CanaryError(
      'UnknownRollout',
      `"${request.rollout_id}" cannot be resumed: there is no record of such a rollout or change of a split`,
      { ...request },
    );
  }
  return record;
}

/** How a recovery waits before it begins. */
interface RecoveryPause {
  readonly next: 'wait_for_turn';
  readonly wait_seconds: number;
  readonly reason: string;
}

/**
 * How a recovery still waits before it begins; null when it has waited, or need not. It holds nothing meanwhile, so
 * that a newer rollout can take the service over.
 */
export function recoveryPause(
  request: ResumeRequest,
  progress: { readonly next: string } | undefined,
): RecoveryPause | null {
  const hasWaited = progress?.next === 'wait_for_turn';
  const seconds =
    request.why !== 'recover' || hasWaited ? 0 : (RECOVERY_PAUSES[(request.attempt ?? 1) - 1] ?? 0);
  return seconds === 0
    ? null
    : { next: 'wait_for_turn', wait_seconds: seconds, reason: 'the recovery before this one failed' };
}
