import type { Environment } from '../environment/environment';
import type { PreparedPlatform } from '../platform/prepare-platform';
import type { Users } from '../users/users';
import type { LiveSnapshot } from './snapshot';

/** The rehearsal as the live view shows it now. */
export function liveSnapshot(parts: {
  readonly environment: Environment;
  readonly platform: PreparedPlatform;
  readonly users: Users | null;
  readonly stage: LiveSnapshot['stage'];
  readonly wallSeconds: number;
}): LiveSnapshot {
  const { environment, platform, users } = parts;
  const last = users?.seconds.at(-1);
  const totals = (users?.seconds ?? []).reduce(
    (sum, second) => ({ requests: sum.requests + second.requests, failed: sum.failed + second.failed }),
    { requests: 0, failed: 0 },
  );
  return {
    scenario: platform.scenario.name,
    stage: { ...parts.stage },
    now: environment.clock.now(),
    wallSeconds: parts.wallSeconds,
    speed: environment.clock.speed,
    dataPlane: environment.dataPlane.kind,
    rollouts: environment.tracker.all(),
    requestsPerSecond: last?.requests ?? 0,
    failedPerSecond: last?.failed ?? 0,
    ...totals,
    versions: Object.entries(last?.byVersion ?? {}).map(([name, version]) => ({
      name,
      requestsPerSecond: version.requests,
      failedPerSecond: version.failed,
      p99Millis: version.p99Millis,
    })),
    apiCalls: environment.calls.length,
    deniedCalls: environment.calls.filter(({ outcome }) => outcome === 'denied').length,
  };
}
