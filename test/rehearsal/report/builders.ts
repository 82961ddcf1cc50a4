import type { Verdict } from '../../../core/health/verdict';
import type { TrackedRollout } from '../../../rehearsal/environment/rollout-tracker';
import type { Report, RolloutReport } from '../../../rehearsal/report/schema';
import type { LiveSnapshot } from '../../../rehearsal/view/snapshot';

/** Virtual time at which the fixtures begin. */
export const START = Date.parse('2026-11-21T10:00:00Z');

/** ISO time of a virtual second after the start. */
export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

export const FIXED = '9f8e7d6c';
export const FIRST = '1a2b3c4d';
export const WRONG_PORT = '77abcdef';

export function node(version: string, service = 'yelb-appserver'): string {
  return `canary-demo-${service}-${version}`;
}

type Evidence = RolloutReport['checks'][number]['evidence'][number];

export function someEvidence(
  result: Evidence['result'],
  value: number,
  overrides: Partial<Evidence> = {},
): Evidence {
  return {
    check: 'success_rate >= 99 %',
    result,
    value,
    limit: 99,
    requests: 812,
    from: at(60),
    to: at(120),
    source: 'callers',
    ...overrides,
  };
}

export function aCheck(seconds: number, verdict: Verdict, reason?: string): RolloutReport['checks'][number] {
  const evidence = {
    advance: [
      someEvidence('kept', 100),
      someEvidence('kept', 14.2, { check: 'latency p99 <= 500 ms', limit: 500 }),
    ],
    hold: [{ check: 'metrics of the canary', result: 'unknown' as const }],
    roll_back: [someEvidence('broken', 0, { requests: 74 })],
  }[verdict];
  const said = {
    advance: 'limits kept: success_rate >= 99 %, latency p99 <= 500 ms; 812 requests in the newest minute',
    hold: 'no whole minute of metrics under traffic yet',
    roll_back: 'success_rate >= 99 % broken: 0, for 2 minutes in a row',
  }[verdict];
  return { at: at(seconds), verdict, reason: reason ?? said, evidence };
}

export function aRollout(overrides: Partial<RolloutReport> = {}): RolloutReport {
  return {
    id: 'yelb-appserver-1',
    service: 'yelb-appserver',
    version: FIXED,
    stable: FIRST,
    outcome: 'Promoted',
    reason: 'baked for 120 s',
    startedAt: at(0),
    endedAt: at(800),
    splits: [],
    checks: [],
    ...overrides,
  };
}

/** 10 % every minute up to 100 %, a bake, promoted. */
export function aGoodRollout(overrides: Partial<RolloutReport> = {}): RolloutReport {
  const steps = Array.from({ length: 10 }, (_, index) => index + 1);
  const weights = (canary: number): Record<string, number> => ({
    [node(FIRST)]: 100 - canary,
    [node(FIXED)]: canary,
  });
  return aRollout({
    splits: steps.map((step) => ({ at: at(step * 60), weights: weights(step * 10) })),
    checks: [
      aCheck(75, 'hold'),
      ...steps.slice(1).map((step) => aCheck(step * 60 - 1, 'advance')),
      aCheck(660, 'advance'),
      aCheck(720, 'advance'),
    ],
    ...overrides,
  });
}

/** 10 %, one check that sees the limit broken, one that rolls back, everything back a second later. */
export function aBadRollout(overrides: Partial<RolloutReport> = {}): RolloutReport {
  const broken = { ...aCheck(180, 'hold', 'success_rate >= 99 % broken: 0; 1 of 2 minutes that roll back') };
  return aRollout({
    id: 'yelb-appserver-2',
    version: WRONG_PORT,
    stable: FIXED,
    outcome: 'RolledBack',
    reason: 'success_rate >= 99 % broken: 0, for 2 minutes in a row',
    startedAt: at(900),
    endedAt: at(1200),
    splits: [
      { at: at(940), weights: { [node(FIXED)]: 90, [node(WRONG_PORT)]: 10 } },
      { at: at(1141), weights: { [node(FIXED)]: 100, [node(WRONG_PORT)]: 0 } },
    ],
    checks: [
      aCheck(960, 'hold'),
      { ...broken, at: at(1080), evidence: [someEvidence('broken', 0, { requests: 70 })] },
      aCheck(1140, 'roll_back'),
    ],
    ...overrides,
  });
}

/** A first release: all traffic at once, then a bake. */
export function aFirstRelease(service: string, overrides: Partial<RolloutReport> = {}): RolloutReport {
  return aRollout({
    id: `${service}-0`,
    service,
    version: FIRST,
    stable: null,
    startedAt: at(-400),
    endedAt: at(-200),
    splits: [{ at: at(-360), weights: { [node(FIRST, service)]: 100 } }],
    checks: [aCheck(-300, 'advance'), aCheck(-240, 'advance')],
    ...overrides,
  });
}

export function aReport(overrides: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    scenario: 'walkthrough',
    passed: true,
    dataPlane: 'envoy',
    speed: 15,
    rollouts: [
      ...['yelb-db', 'yelb-redisserver', 'yelb-appserver', 'yelb-ui'].map((s) => aFirstRelease(s)),
      aGoodRollout(),
      aBadRollout(),
    ],
    traffic: {
      requests: 21431,
      failed: 312,
      byVersion: {
        [node(FIRST, 'yelb-ui')]: { requests: 21431, failed: 0, p50Millis: 2.3, p99Millis: 18 },
        [node(FIRST)]: { requests: 9001, failed: 0, p50Millis: 4.4, p99Millis: 21 },
        [node(FIXED)]: { requests: 11002, failed: 0, p50Millis: 4.1, p99Millis: 19 },
        [node(WRONG_PORT)]: { requests: 312, failed: 312, p50Millis: null, p99Millis: null },
      },
    },
    calls: {
      total: 512,
      denied: [],
      byAction: { 'appmesh:UpdateRoute': 24, 'appmesh:DescribeRoute': 96, 'ecs:DescribeServices': 60 },
    },
    expectations: [
      { text: 'yelb-appserver 9f8e7d6c ends Promoted', met: true, found: 'Promoted' },
      { text: 'yelb-appserver 77abcdef ends RolledBack', met: true, found: 'RolledBack' },
      { text: 'one click counts 1 vote', met: true, found: 'grew by 1' },
      { text: 'only rolled-back versions fail requests', met: true, found: '312 by 77abcdef' },
    ],
    ...overrides,
  };
}

/** Traffic over the whole of `aReport`, one point each 15 virtual seconds. */
export function someTraffic(): {
  at: string;
  requests: number;
  failed: number;
  byVersion: Record<string, number>;
}[] {
  return Array.from({ length: 108 }, (_, index) => {
    const seconds = -400 + index * 15;
    const canary = seconds < 60 ? 0 : Math.min(10, Math.floor(seconds / 60)) / 10;
    const failed = seconds >= 945 && seconds < 1140 ? 9 + (index % 3) : 0;
    const requests = 155 + ((index * 7) % 11);
    const byVersion = {
      [node(FIRST, 'yelb-ui')]: requests,
      [node(FIRST)]: Math.round(requests * (1 - canary)),
      [node(FIXED)]: Math.round(requests * canary) - failed,
      [node(WRONG_PORT)]: failed,
    };
    return { at: at(seconds), requests, failed, byVersion };
  });
}

export function aTracked(overrides: Partial<TrackedRollout> = {}): TrackedRollout {
  const good = aGoodRollout();
  return {
    id: good.id,
    service: good.service,
    version: good.version,
    stable: good.stable,
    state: 'WaitForTraffic',
    reason: '',
    outcome: 'Running',
    startedAt: START,
    endedAt: null,
    execution: 'arn:aws:states:us-west-2:000000000000:execution:rollout:1',
    executions: [],
    splits: good.splits.slice(0, 3),
    checks: good.checks.slice(0, 3),
    states: [],
    ...overrides,
  };
}

export function aSnapshot(overrides: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    scenario: 'walkthrough',
    stage: { title: 'The fix, 10 % every 60 s, then a bake', number: 2, of: 3 },
    now: START + 215_000,
    wallSeconds: 53,
    speed: 15,
    dataPlane: 'envoy',
    rollouts: [aTracked()],
    requestsPerSecond: 160.4,
    failedPerSecond: 0,
    requests: 8123,
    failed: 0,
    versions: [
      { name: node(FIRST), requestsPerSecond: 112, failedPerSecond: 0, p99Millis: 21 },
      { name: node(FIXED), requestsPerSecond: 48, failedPerSecond: 0, p99Millis: 19 },
    ],
    apiCalls: 212,
    deniedCalls: 0,
    ...overrides,
  };
}
