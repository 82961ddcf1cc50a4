import { performance } from 'node:perf_hooks';
import type { RehearsalClock } from '../contracts';
import { createSharedTime, readTime, tick } from './shared-time';

/** Node fires timers with a longer delay at once, so longer sleeps are taken in pieces. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/** Wall milliseconds between two ticks: far less than the time for which a clock goes on without one. */
const TICK_MILLIS = 10;

/** How a clock is made. */
export interface RehearsalClockOptions {
  /** Virtual seconds per wall second; above 0. */
  readonly speed: number;
  /** Virtual time at which the clock starts, milliseconds since the Unix epoch. @default the wall's present time */
  readonly start?: number;
}

/**
 * Wall time in milliseconds since the Unix epoch that never jumps: the system's time when this thread started plus the
 * monotonic time since. Every thread and process of the machine reads the same value within a few milliseconds.
 */
export function monotonicWallMillis(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Starts a clock. It is bound to what this machine can do: while this thread is kept from running, time stands still
 * after a tenth of a second, so that a stall of the machine is not taken for minutes of a version's behaviour.
 * @throws {RangeError} for a speed that is not a positive number.
 */
export function createRehearsalClock(options: RehearsalClockOptions): RehearsalClock {
  const { speed } = options;
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new RangeError(
      `cannot start the clock: speed is "${speed}", allowed is a number above 0; pass 1 for real time`,
    );
  }
  const shared = createSharedTime(options.start ?? monotonicWallMillis(), speed);
  let stoodStill = 0;
  setInterval(() => {
    stoodStill += tick(shared);
  }, TICK_MILLIS).unref();
  const now = readTime(shared);
  const toWallMillis = (virtualMillis: number) => virtualMillis / speed;
  return {
    speed,
    shared,
    now,
    toWallMillis,
    stoodStillMillis: () => stoodStill,
    // The end is fixed once, from the present reading: a late timer makes one sleep late, never the next one too.
    sleep: (virtualMillis, signal) => sleepUntil(now() + virtualMillis, { now, toWallMillis }, signal),
  };
}

function sleepUntil(
  end: number,
  clock: Pick<RehearsalClock, 'now' | 'toWallMillis'>,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    // Timers may fire up to a millisecond early; waking again until the end is reached keeps "at least" true.
    const wake = () => {
      const left = clock.toWallMillis(end - clock.now());
      if (left <= 0) {
        signal?.removeEventListener('abort', onAbort);
        resolve();
        return;
      }
      timer = setTimeout(wake, Math.min(Math.ceil(left), LONGEST_TIMER_MILLIS));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    wake();
  });
}
