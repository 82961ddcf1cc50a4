/**
 * Error names that Step Functions itself reports, and how `ErrorEquals` matches them:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */

/** A state failed; retriers and catchers see `error`. */
export class StateFailure extends Error {
  constructor(
    readonly error: string,
    /** What `Cause` holds; left out where AWS gives none (a timeout). */
    readonly reason?: string,
  ) {
    super(reason === undefined ? error : `${error}: ${reason}`);
    this.name = 'StateFailure';
  }
}

/** The execution is closed (stopped, timed out, at its history limit): whatever still runs for it ends here, silently. */
export class ExecutionClosed extends Error {
  constructor() {
    super('the execution is closed');
    this.name = 'ExecutionClosed';
  }
}

/** Ends the execution whatever its catchers say. */
export const RUNTIME_ERROR = 'States.Runtime';
/** A state's payload is larger than {@link PAYLOAD_LIMIT_BYTES}. */
export const DATA_LIMIT_EXCEEDED = 'States.DataLimitExceeded';
/** A task took longer than `TimeoutSeconds`, or a machine than its own. */
export const TIMEOUT = 'States.Timeout';
/** A task was silent longer than `HeartbeatSeconds`. */
export const HEARTBEAT_TIMEOUT = 'States.HeartbeatTimeout';
/** Step Functions' payload quota, in bytes of UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 262_144;

/** A failure that no retrier and no catcher can take. */
export function runtimeFailure(reason: string): StateFailure {
  return new StateFailure(RUNTIME_ERROR, reason);
}

/**
 * Whether `ErrorEquals` takes an error.
 *
 * By the documentation States.Runtime "will always cause the execution to fail", States.ALL takes neither it nor
 * States.DataLimitExceeded, and States.TaskFailed takes "any known error name except for States.Timeout". A recording
 * of the service from March 2024 shows States.ALL taking States.DataLimitExceeded all the same; the documentation is
 * followed, because a definition that relies on the undocumented behaviour is not to pass a rehearsal.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === RUNTIME_ERROR) return false;
  return errorEquals.some((wanted) => {
    if (wanted === error) return true;
    if (wanted === TIMEOUT) return error === HEARTBEAT_TIMEOUT;
    if (error === DATA_LIMIT_EXCEEDED) return false;
    if (wanted === 'States.ALL') return true;
    return wanted === 'States.TaskFailed' && error !== TIMEOUT && error !== HEARTBEAT_TIMEOUT;
  });
}
