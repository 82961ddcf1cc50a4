import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../environment/environment';
import type { TrackedRollout } from '../environment/rollout-tracker';
import type { Moment } from './schema';

/** Resolves with the rollout once it is there. */
export async function rolloutOf(
  environment: Environment,
  id: string,
  signal: AbortSignal,
): Promise<TrackedRollout> {
  return until(environment, id, () => true, signal);
}

/** Resolves when the moment has come; with false when the rollout ended before it did. */
export async function momentOf(
  environment: Environment,
  id: string,
  moment: Moment,
  signal: AbortSignal,
): Promise<boolean> {
  const { weight, state, after } = moment;
  const hasCome = (rollout: TrackedRollout): boolean =>
    (weight !== undefined &&
      rollout.version !== '' &&
      (rollout.splits.at(-1)?.weights[rollout.version] ?? -1) >= weight) ||
    (state !== undefined && rollout.state === state) ||
    (after !== undefined && environment.clock.now() - rollout.startedAt >= after * 1000);
  let came = false;
  await until(
    environment,
    id,
    (rollout) => {
      came = hasCome(rollout);
      return came || rollout.endedAt !== null;
    },
    signal,
  );
  return came;
}

/**
 * Resolves when the rollout has ended for good. An execution that was stopped ends before its rollout does:
 * recovery, which an event starts, then takes it up.
 */
export async function endOf(
  environment: Environment,
  id: string,
  signal: AbortSignal,
): Promise<TrackedRollout> {
  for (;;) {
    const ended = await until(environment, id, (rollout) => rollout.endedAt !== null, signal);
    if (ended.outcome !== 'Aborted') {
      return ended;
    }
    await environment.bus.settled();
    await wait(50);
    if (ended.endedAt !== null) {
      return ended;
    }
  }
}

function until(
  environment: Environment,
  id: string,
  isDone: (rollout: TrackedRollout) => boolean,
  signal: AbortSignal,
): Promise<TrackedRollout> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const rollout = environment.tracker.get(id);
      if (rollout !== undefined && isDone(rollout)) {
        finish();
        resolve(rollout);
      }
    };
    const stopListening = environment.tracker.onChange(look);
    // Moments in time come without any change.
    const timer = setInterval(look, 50);
    const onAbort = (): void => {
      finish();
      reject(signal.reason);
    };
    const finish = (): void => {
      stopListening();
      clearInterval(timer);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort);
    look();
    if (signal.aborted) {
      onAbort();
    }
  });
}
