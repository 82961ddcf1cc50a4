import { CanaryError } from '../errors';
import type { ExecutionState } from '../ports/executions';
import type { Claimant, ServiceState } from './record';

/** What a claim comes to. */
export type Claim =
  /** The claimant may go on; `previous` is a dead holder whose half-done work must be repaired first. */
  | { readonly kind: 'granted'; readonly state: ServiceState; readonly previous: Claimant | null }
  | {
      readonly kind: 'wait';
      readonly state: ServiceState;
      readonly holder: Claimant;
      readonly displaced: Claimant | null;
    }
  | { readonly kind: 'superseded'; readonly by: Claimant };

/**
 * Decides who may roll out a service: one at a time, and the newest wins. A running holder is asked to make way
 * by the entry in `waiting`; a holder whose execution has ended is replaced.
 */
export function claimLease(state: ServiceState, claimant: Claimant, holderState: ExecutionState): Claim {
  const { holder, waiting } = state;
  if (holder !== null && holder.rolloutId === claimant.rolloutId) {
    return { kind: 'granted', state: grant(state, claimant), previous: null };
  }
  if (waiting !== null && waiting.rolloutId !== claimant.rolloutId && isNewer(waiting, claimant)) {
    return { kind: 'superseded', by: waiting };
  }
  if (holder === null || holderState !== 'running') {
    return { kind: 'granted', state: grant(state, claimant), previous: holder };
  }
  if (isNewer(holder, claimant)) {
    return { kind: 'superseded', by: holder };
  }
  const displaced = waiting !== null && waiting.rolloutId !== claimant.rolloutId ? waiting : null;
  return { kind: 'wait', state: { ...state, waiting: claimant }, holder, displaced };
}

function grant(state: ServiceState, claimant: Claimant): ServiceState {
  // An older one that still waits must not be taken for one to make way for: at its next look it ends as superseded.
  const waiting = state.waiting !== null && isNewer(state.waiting, claimant) ? state.waiting : null;
  const sameDriver =
    state.holder?.rolloutId === claimant.rolloutId && state.holder.execution === claimant.execution;
  return { ...state, holder: claimant, waiting, fence: sameDriver ? state.fence : state.fence + 1 };
}

function isNewer(a: Claimant, b: Claimant): boolean {
  return a.startedAt === b.startedAt ? a.rolloutId > b.rolloutId : a.startedAt > b.startedAt;
}

/**
 * Whether a build comes to its rollout after a newer build of the service did: slow builds overtake nobody. Who holds
 * the lease already goes on to give it up in order.
 */
export function isOutdated(state: ServiceState, rolloutId: string, sequence: number | undefined): boolean {
  return state.holder?.rolloutId !== rolloutId && sequence !== undefined && sequence < (state.sequence ?? 0);
}

/** The state that remembers a build's place in the order; one without a place leaves it as it is. */
export function rememberSequence(state: ServiceState, sequence: number | undefined): ServiceState {
  return sequence === undefined ? state : { ...state, sequence: Math.max(sequence, state.sequence ?? 0) };
}

/**
 * Checks that an execution still drives a service under an id, of a rollout or of a change of an operator's split.
 * @throws {CanaryError} `LeaseLost` when it does not: it must not write.
 */
export function requireLease(
  { service, holder }: ServiceState,
  id: string,
  execution: { readonly id: string; readonly name: string },
): void {
  if (holder?.rolloutId === id && holder.execution === execution.id) {
    return;
  }
  throw new CanaryError(
    'LeaseLost',
    `execution "${execution.name}" no longer drives service "${service}": ${
      holder === null ? 'nobody does' : `"${holder.rolloutId}" does`
    }; it must not write`,
    { id, service },
  );
}

/** Frees the lease if the rollout holds it, and remembers what it left behind for whoever takes it next. */
export function releaseLease(
  { leftovers: _earlier, ...state }: ServiceState,
  rolloutId: string,
  leftovers: readonly string[],
): ServiceState {
  return {
    ...state,
    holder: state.holder?.rolloutId === rolloutId ? null : state.holder,
    ...(leftovers.length === 0 ? {} : { leftovers }),
  };
}

/**
 * Commits that a service remembers having released. An item of the release table may not grow forever; whoever comes
 * back to a commit after that many others finds none of its resources left, so its id is free again. The commit that is
 * stable is never forgotten.
 */
export const REMEMBERED_COMMITS = 500;

/** The next version id for a commit, and the state that remembers it: `-2`, `-3` when it was released before. */
export function nextVersion(
  state: ServiceState,
  commit: string,
): { readonly version: string; readonly state: ServiceState } {
  const short = commit.slice(0, 8);
  const count = (state.releases.find((known) => known.commit === short)?.count ?? 0) + 1;
  const others = state.releases.filter((known) => known.commit !== short);
  const forgotten = others.slice(0, -(REMEMBERED_COMMITS - 1));
  const serving = forgotten.filter((known) => state.stable?.startsWith(known.commit));
  const releases = [...serving, ...others.slice(forgotten.length), { commit: short, count }];
  return { version: count === 1 ? short : `${short}-${count}`, state: { ...state, releases } };
}
