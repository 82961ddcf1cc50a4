import type { ExecutionLook, ExecutionWatch } from '../ports/execution-watch';
import type { Weights } from '../traffic/split';
import { SPLIT_OUTCOMES, type SplitOutcome } from './split-change';

/** What following a change of the split needs. */
export interface FollowParts {
  readonly watch: ExecutionWatch;
  /** Waits until the next look. */
  readonly pause: () => Promise<void>;
  /** Told each reason as it comes: what the functions say that they did or wait for. */
  readonly tell: (reason: string) => void;
}

/** How a change that was followed ended. */
export interface FollowedChange {
  readonly execution: string;
  readonly outcome: SplitOutcome;
  readonly reason: string;
}

/** Starts a change of a service's split, and follows it to its end. */
export async function applyAndFollow(
  parts: FollowParts,
  change: { readonly name: string; readonly service: string; readonly wanted: Weights },
): Promise<FollowedChange> {
  const split = Object.entries(change.wanted).map(([version, weight]) => ({ version, weight }));
  const execution = await parts.watch.begin(change.name, { service: change.service, split });
  let told = 0;
  let last = '';
  for (;;) {
    const seen = await parts.watch.look(execution);
    for (const reason of seen.answers.slice(told).map(reasonIn)) {
      if (reason !== '' && reason !== last) {
        parts.tell(reason);
      }
      last = reason;
    }
    told = seen.answers.length;
    if (seen.status !== 'running') {
      return { execution, ...endOf(seen, last) };
    }
    await parts.pause();
  }
}

/** An execution that ended otherwise than by an outcome was stopped, or lost the service: recovery settles it. */
function endOf(seen: ExecutionLook, last: string): Pick<FollowedChange, 'outcome' | 'reason'> {
  if (seen.status === 'succeeded') {
    return { outcome: 'Applied', reason: last };
  }
  const outcome = SPLIT_OUTCOMES.find((each) => each === seen.error);
  return outcome === undefined
    ? {
        outcome: 'Aborted',
        reason: `its execution ended ${seen.status} (${seen.error ?? 'no error name'}: ${seen.cause ?? 'no cause'}); recovery gives traffic back as it was`,
      }
    : { outcome, reason: seen.cause ?? last };
}

function reasonIn(answer: unknown): string {
  const reason = (answer as { readonly reason?: unknown } | null | undefined)?.reason;
  return typeof reason === 'string' ? reason : '';
}
