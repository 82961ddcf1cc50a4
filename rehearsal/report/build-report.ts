import type { CallRecord } from '../contracts';
import type { Environment } from '../environment/environment';
import { toRolloutReport } from '../environment/rollout-tracker';
import type { PreparedPlatform } from '../platform/prepare-platform';
import type { Played } from '../scenario/play';
import type { Expectation, Report, RolloutReport } from './schema';

/** Puts the report together from what was seen. */
export function buildReport(played: Played, environment: Environment, platform: PreparedPlatform): Report {
  const rollouts = environment.tracker.all().map(toRolloutReport);
  const traffic = trafficOf(played, rollouts, platform.config.environment);
  const expectations = [
    ...played.expectations,
    ...overall(platform.scenario.expect, rollouts, traffic, platform.scenario.load !== undefined),
  ];
  return {
    schemaVersion: 1,
    scenario: platform.scenario.name,
    passed: expectations.every(({ met }) => met),
    dataPlane: environment.dataPlane.kind,
    speed: environment.clock.speed,
    rollouts,
    traffic,
    calls: callsOf(environment.calls),
    expectations,
  };
}

/** Users' traffic by version id; the proxies name virtual nodes, `<environment>-<service>-<version>`. */
function trafficOf(
  { load }: Played,
  rollouts: readonly RolloutReport[],
  environment: string,
): Report['traffic'] {
  const versionOf = new Map(
    rollouts.map(({ service, version }) => [`${environment}-${service}-${version}`, version]),
  );
  const named = Object.entries(load?.byVersion ?? {}).map(([node, seen]) => {
    const { requests, failed, p50Millis, p99Millis } = seen;
    return [versionOf.get(node) ?? node, { requests, failed, p50Millis, p99Millis }] as const;
  });
  return { requests: load?.requests ?? 0, failed: load?.failed ?? 0, byVersion: Object.fromEntries(named) };
}

function overall(
  expect: PreparedPlatform['scenario']['expect'],
  rollouts: readonly RolloutReport[],
  traffic: Report['traffic'],
  hasLoad: boolean,
): readonly Expectation[] {
  const found: Expectation[] = [];
  if (expect.only_rolled_back_versions_fail) {
    const bad = new Set(
      rollouts
        .filter(({ outcome }) => outcome !== 'Promoted' && outcome !== 'Registered')
        .map(({ version }) => version),
    );
    const excused = Object.entries(traffic.byVersion)
      .filter(([version]) => bad.has(version))
      .reduce((sum, [, { failed }]) => sum + failed, 0);
    const others = traffic.failed - excused;
    found.push({
      text: 'no request failed but those that a rolled-back version failed',
      met: others <= 0 && (!hasLoad || traffic.requests > 0),
      found: `${traffic.failed} of ${traffic.requests} requests failed, ${excused} of them by rolled-back versions`,
    });
  }
  if (expect.max_failed !== undefined) {
    found.push({
      text: `at most ${expect.max_failed} requests fail`,
      met: traffic.failed <= expect.max_failed,
      found: `${traffic.failed} failed`,
    });
  }
  return found;
}

function callsOf(calls: readonly CallRecord[]): Report['calls'] {
  const byAction: Record<string, number> = {};
  for (const { action } of calls) {
    byAction[action] = (byAction[action] ?? 0) + 1;
  }
  const denied = calls
    .filter(({ outcome }) => outcome === 'denied')
    .map(({ at, principal, action, resources }) => ({ at, principal, action, resources: [...resources] }));
  return { total: calls.length, denied, byAction: Object.fromEntries(Object.entries(byAction).sort()) };
}
