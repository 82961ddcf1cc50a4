import type { RehearsalClock } from '../contracts';

/** A clock for tests: time moves only when told to. */
export interface ManualClock extends RehearsalClock {
  /**
   * Moves time forward by `virtualMillis`. Sleeps that end within are resolved in order of their ends, each at its own
   * time, and what they set off runs (to its next sleep) before time moves on. Resolves when all of that has happened.
   */
  advance(virtualMillis: number): Promise<void>;
  /** Sleeps that have not ended. */
  pending(): number;
}

/** Options of {@link createManualClock}. */
export interface ManualClockOptions {
  /** Virtual time to start at. @default 2026-01-01T00:00:00Z */
  readonly start?: number;
  /** Only what `speed` and `toWallMillis` say; nothing waits on the wall. @default 1 */
  readonly speed?: number;
  /** Turns of the event loop given to whatever a sleep's end sets off before time moves on. @default 20 */
  readonly turnsToSettle?: number;
  /** Resolves when whatever a sleep's end set off has run to its next sleep. @default after `turnsToSettle` */
  readonly settle?: () => Promise<void>;
}

interface Sleeper {
  readonly end: number;
  readonly wake: () => void;
}

const TURNS_TO_SETTLE = 20;

/** A clock whose time moves only by `advance`. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const start = options.start ?? Date.UTC(2026, 0, 1);
  const speed = options.speed ?? 1;
  const turns = options.turnsToSettle ?? TURNS_TO_SETTLE;
  const sleepers = new Set<Sleeper>();
  const settle = options.settle ?? (() => settleByTurns(turns));
  let time = start;
  return {
    speed,
    shared: null,
    stoodStillMillis: () => 0,
    now: () => time,
    toWallMillis: (virtualMillis) => virtualMillis / speed,
    sleep: (virtualMillis, signal) => addSleeper(sleepers, time + virtualMillis, virtualMillis, signal),
    pending: () => sleepers.size,
    advance: async (virtualMillis) => {
      const end = time + virtualMillis;
      await settle();
      for (let next = earliest(sleepers, end); next !== undefined; next = earliest(sleepers, end)) {
        time = Math.max(time, next.end);
        next.wake();
        await settle();
      }
      time = end;
    },
  };
}

function addSleeper(
  sleepers: Set<Sleeper>,
  end: number,
  virtualMillis: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    if (virtualMillis <= 0) {
      resolve();
      return;
    }
    const onAbort = () => {
      sleepers.delete(sleeper);
      reject(signal?.reason);
    };
    const wake = () => {
      sleepers.delete(sleeper);
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const sleeper: Sleeper = { end, wake };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function earliest(sleepers: ReadonlySet<Sleeper>, latestEnd: number): Sleeper | undefined {
  let found: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.end <= latestEnd && (found === undefined || sleeper.end < found.end)) found = sleeper;
  }
  return found;
}

/** Gives way to what is due in this process; knows nothing of calls that are on their way through a socket. */
export async function settleByTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
