import type { Ports } from '../ports/index';
import type { ServiceState } from './record';
import { type ResumeRequest, requireRecorded } from './resume-request';

/** Where the records of one kind are kept: of rollouts, or of changes of an operator's split. */
interface Records<R> {
  readonly fence: (id: string, fence: number) => Promise<R | null>;
  readonly save: (record: R) => Promise<void>;
}

/**
 * Lets an execution drive what another one began. What late calls of that one have written until now stays; what they
 * write from now on is refused.
 * @param granted The service's state with the lease that the execution was granted.
 * @returns the record as it goes on.
 * @throws {CanaryError} `UnknownRollout` when there is no record.
 */
export async function driveOn<R>(
  ports: Ports,
  execution: string,
  request: ResumeRequest,
  granted: ServiceState,
  records: Records<R>,
): Promise<R> {
  const { fence } = await ports.store.saveService(granted);
  const left = requireRecorded(request, await records.fence(request.rollout_id, fence));
  const resumed = { ...left, execution };
  await records.save(resumed);
  return resumed;
}

/** Where what is complete goes on: it may still hold the service, or be untold. */
export function toTheEnd<Outcome extends string>({
  outcome,
  reason = 'no reason was given',
}: {
  readonly outcome?: Outcome;
  readonly reason?: string;
}): { readonly next: 'complete'; readonly outcome: Outcome | 'Aborted'; readonly reason: string } {
  return { next: 'complete', outcome: outcome ?? 'Aborted', reason };
}
