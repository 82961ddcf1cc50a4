import type { RehearsalClock } from '../contracts';
import type { Json, TaskState } from './definition';
import { HEARTBEAT_TIMEOUT, runtimeFailure, StateFailure, TIMEOUT } from './errors';
import { type PathScope, readPath } from './json-path';

interface LimitHost {
  readonly clock: RehearsalClock;
  /** Aborted, with the reason to throw, when the execution is closed. */
  readonly signal: AbortSignal;
}

/** Seconds that a task may take, and be silent. */
export interface TaskLimits {
  readonly timeout?: number;
  readonly heartbeat?: number;
}

/** The limits a task has for this input. Throws States.Runtime for a path that leads to no whole number above 0. */
export function limitsOf(state: TaskState, scope: PathScope): TaskLimits {
  const timeout =
    state.TimeoutSecondsPath === undefined ? state.TimeoutSeconds : seconds(state.TimeoutSecondsPath, scope);
  const heartbeat =
    state.HeartbeatSecondsPath === undefined
      ? state.HeartbeatSeconds
      : seconds(state.HeartbeatSecondsPath, scope);
  return { timeout, heartbeat };
}

function seconds(path: string, scope: PathScope): number {
  const value = readPath(path, scope);
  if (Number.isInteger(value) && Number(value) > 0) return Number(value);
  throw runtimeFailure(`The value of ${path} is ${JSON.stringify(value)}, allowed is a whole number above 0`);
}

/**
 * Ends the call with a failure when it takes longer than the task allows.
 *
 * A function's time is measured on the WALL clock: its code computes and calls over the network as slowly as ever,
 * whatever the speed, so that at 60 times the speed a virtual limit of 30 s would leave it half a second. A child
 * execution lives in virtual time, waits included, and so does the limit on it.
 * No resource that the interpreter knows can send a heartbeat: the first one missed is the end.
 */
export async function withinLimits(
  resource: string,
  limits: TaskLimits,
  host: LimitHost,
  call: () => Promise<Json>,
): Promise<Json> {
  const isHeartbeat =
    (limits.heartbeat ?? Number.POSITIVE_INFINITY) < (limits.timeout ?? Number.POSITIVE_INFINITY);
  const limit = isHeartbeat ? limits.heartbeat : limits.timeout;
  const done = new AbortController();
  const closed = new Promise<never>((_resolve, reject) => {
    const onClosed = () => reject(host.signal.reason);
    if (host.signal.aborted) onClosed();
    host.signal.addEventListener('abort', onClosed, { once: true, signal: done.signal });
  });
  const contenders: Promise<Json>[] = [call(), closed];
  if (limit !== undefined) {
    const elapsed = resource.includes(':lambda:')
      ? wallSleep(limit * 1000, done.signal)
      : host.clock.sleep(limit * 1000, done.signal);
    contenders.push(
      elapsed.then(() => {
        throw new StateFailure(isHeartbeat ? HEARTBEAT_TIMEOUT : TIMEOUT);
      }),
    );
  }
  try {
    return await Promise.race(contenders);
  } finally {
    done.abort(new Error('the task is over'));
  }
}

function wallSleep(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // A timer cannot be longer; a task that runs 24 days of wall time is not timed out by a rehearsal.
    const timer = setTimeout(resolve, Math.min(millis, 2 ** 31 - 1));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
