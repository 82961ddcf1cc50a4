import { performance } from 'node:perf_hooks';
import type { RehearsalClock } from '../contracts';

/** Node fires timers with a longer delay at once, so longer sleeps are taken in pieces. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

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

/** Starts a clock. Throws a RangeError for a speed that is not a positive number. */
export function createRehearsalClock(options: RehearsalClockOptions): RehearsalClock {
  const wallMillis = monotonicWallMillis();
  return fromOrigin({ virtualMillis: options.start ?? wallMillis, wallMillis }, options.speed);
}

/** Rebuilds a clock in another worker or process from its `origin` and `speed`. Throws as {@link createRehearsalClock}. */
export function fromOrigin(origin: RehearsalClock['origin'], speed: number): RehearsalClock {
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new RangeError(
      `cannot start the clock: speed is "${speed}", allowed is a number above 0; pass 1 for real time`,
    );
  }
  const now = () => origin.virtualMillis + (monotonicWallMillis() - origin.wallMillis) * speed;
  const toWallMillis = (virtualMillis: number) => virtualMillis / speed;
  return {
    speed,
    origin,
    now,
    toWallMillis,
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
