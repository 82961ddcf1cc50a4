import type { RehearsalClock } from '../contracts';
import type { HealthCheckPlan } from './container';
import { startProcessGroup } from './process-group';
import type { ProcessGuard } from './process-guard';
import type { ProcessSpec } from './types';

/** What a container's health checks need. */
export interface HealthCheckOptions {
  readonly plan: HealthCheckPlan;
  readonly clock: RehearsalClock;
  /** Wall milliseconds between two checks, at least. */
  readonly floor: { readonly starting: number; readonly steady: number };
  /** Runs the command once; true is healthy. */
  readonly check: () => Promise<boolean>;
  readonly onStatus: (status: 'HEALTHY' | 'UNHEALTHY') => void;
  readonly signal: AbortSignal;
}

/**
 * Checks as Docker does: the first check one interval after the start; failures before `startPeriod` do not count
 * until a check has passed; `retries` failures in a row are unhealthy, one success is healthy. Ends with the signal.
 */
export async function runHealthChecks(options: HealthCheckOptions): Promise<void> {
  const { plan, clock, signal, floor } = options;
  const startedAt = clock.now();
  let failures = 0;
  let status: 'HEALTHY' | 'UNHEALTHY' | undefined;
  while (!signal.aborted) {
    const isSteady = status === 'HEALTHY' && failures === 0;
    await clock.sleep(pause(clock, plan.intervalMillis, isSteady ? floor.steady : floor.starting), signal);
    const passed = await options.check();
    if (signal.aborted) return;
    const counts = status !== undefined || clock.now() - startedAt >= plan.startPeriodMillis;
    failures = passed ? 0 : failures + (counts ? 1 : 0);
    const next = passed ? 'HEALTHY' : failures >= plan.retries ? 'UNHEALTHY' : status;
    if (next !== status && next !== undefined) options.onStatus(next);
    status = next;
  }
}

/** The virtual interval, stretched so that it takes `floorWallMillis` at least. */
function pause(clock: RehearsalClock, virtualMillis: number, floorWallMillis: number): number {
  const wallMillis = clock.toWallMillis(virtualMillis);
  return wallMillis >= floorWallMillis ? virtualMillis : virtualMillis * (floorWallMillis / wallMillis);
}

/** Runs a check command once, for `timeoutMillis` of wall time at most. */
export async function runCheckCommand(
  spec: ProcessSpec,
  guard: ProcessGuard,
  timeoutMillis: number,
): Promise<boolean> {
  try {
    const group = await startProcessGroup(spec, guard, () => {});
    const timer = setTimeout(() => group.kill(), timeoutMillis);
    const exitCode = await group.exited;
    clearTimeout(timer);
    return exitCode === 0;
  } catch {
    // A command that does not exist is a failed check, as in a container.
    return false;
  }
}
