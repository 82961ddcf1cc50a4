import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill } from '../_helpers/drill';

/** What the drills play, as scenario files say it. */

/** Drills of one service, in their order. */
export type Lane = Readonly<Record<string, Drill>>;

const SHOP = readFileSync(join(__dirname, '../../scenarios/sample/shop/server.mjs'), 'utf8');
const TASKDEF = 'specfiles/taskdef.json';
const CHECKED = readFileSync(join(__dirname, '../../scenarios/sample/shop', TASKDEF), 'utf8');
/** Health checks take processor time, which drills that run beside one another have little of. */
const UNCHECKED = '{ "cpu": 256, "memory": 512 }\n';
const HEALTH = { interval: 30, min_requests: 3 };
const COMMON = { wait_time: 60, bake_time: 60, health: HEALTH };
const HALVES = { ...COMMON, steps: [50] };

/** Requests per second in all, and each path's share. */
export const LOAD = {
  rate: 240,
  paths: { '/red': 3, '/green': 2, '/blue': 5, '/blue/pay': 1, '/gold': 1.5 },
} as const;

/** The first version with some texts replaced; whatever an earlier drill had committed is gone. */
export function version(message: string, ...pairs: (readonly [string, string])[]): object {
  const content = pairs.reduce((text, [find, put]) => {
    if (!text.includes(find)) {
      throw new Error(`the shop does not hold ${JSON.stringify(find)}`);
    }
    return text.replace(find, put);
  }, SHOP);
  return {
    change: { message, write: { 'server.mjs': `${content}// ${message}\n`, [TASKDEF]: UNCHECKED } },
  };
}

/** The same with the shop's own health check: a version that dies at start is then never ready. */
export function checkedVersion(message: string, ...pairs: (readonly [string, string])[]): object {
  const { change } = version(message, ...pairs) as { change: { write: Record<string, string> } };
  return { change: { ...change, write: { ...change.write, [TASKDEF]: CHECKED } } };
}

const good = version('Raise a price', ['[3, 5, 8]', '[3, 5, 9]']);
export const promoted = { outcome: 'Promoted' };
export const release = (service: string, expect: object, more: object = {}): object => ({
  service,
  expect,
  ...more,
});
const when = (moment: object, fault: object): object => ({ when: moment, fault });
export const drill = (deploy: Drill['deploy'], ...releases: object[]): Drill => ({
  deploy,
  stages: releases.map((each) => ({ title: 'drill', releases: [each] })),
});

const SICK = {
  container: { health_check: { command: ['false'], interval: 5, timeout: 2, retries: 1, start_period: 0 } },
};

const api = (action: string, effect: string, times: number) => ({ kind: 'api', action, effect, times });
const killed = (name: string, effect: string) => ({ kind: 'function', name, effect, times: 1 });

/** First releases of these services: they have a version that serves before the drills begin. */
export const firstReleases = (...services: readonly string[]): Drill => ({
  deploy: HALVES,
  stages: [{ title: 'first releases', releases: services.map((each) => release(each, promoted)) }],
});

/** Drills whose end does not depend on how fast the machine is: they run with all tests. */
export const QUICK: Readonly<Record<string, Lane>> = {
  red: {
    exit: drill(
      HALVES,
      release(
        'red',
        { outcome: 'FailedNoChange', reason: 'code 7', max_weight: 0 },
        checkedVersion('Exit', ['EXIT_CODE = 0', 'EXIT_CODE = 7']),
      ),
    ),
  },
  green: {
    port: drill(
      { ...COMMON, steps: [25, 50] },
      release(
        'green',
        { outcome: 'RolledBack', reason: 'success_rate', max_weight: 25 },
        version('Listen beside', ['Number(process.env.PORT)', 'Number(process.env.PORT) + 1']),
      ),
    ),
  },
};

/** Lanes that are played beside one another; what the faults of one hit in another must not change its end. */
export const BESIDE: Readonly<Record<string, Lane>> = {
  red: {
    steps: drill({ ...COMMON, steps: [10, 25, 60, 100] }, release('red', promoted, good)),
    edit: drill(
      HALVES,
      release(
        'red',
        { outcome: 'RolledBack', reason: 'somebody else changed the split' },
        {
          ...version('Edit the route'),
          during: [when({ weight: 50 }, { kind: 'set_split', canary: 77 })],
        },
      ),
    ),
    faults: drill(
      HALVES,
      release('red', promoted, {
        ...version('Through bad calls'),
        during: [
          when({ state: 'WaitForTasks' }, api('appmesh:UpdateRoute', 'throttle', 3)),
          when({ weight: 50 }, api('appmesh:UpdateRoute', 'timeout_after', 1)),
          when({ weight: 50 }, api('cloudwatch:GetMetricData', 'server_error', 2)),
          when({ weight: 100 }, api('appmesh:UpdateRoute', 'server_error', 2)),
        ],
      }),
    ),
  },
  green: {
    sick: drill(
      HALVES,
      release(
        'green',
        { outcome: 'FailedNoChange', max_weight: 0 },
        {
          change: {
            message: 'Ask for what is not there',
            write: { 'specfiles/taskdef.json': JSON.stringify(SICK) },
          },
        },
      ),
    ),
    crash: drill(
      HALVES,
      release(
        'green',
        { outcome: 'RolledBack', reason: 'failed under traffic', max_weight: 50 },
        { ...good, during: [when({ weight: 50 }, { kind: 'kill_task', of: 'canary' })] },
      ),
    ),
    lies: drill(
      HALVES,
      release(
        'green',
        { outcome: 'RolledBack', reason: 'success_rate', max_weight: 50 },
        checkedVersion('Be well for health checks alone', ['FAIL_EVERY = 0', 'FAIL_EVERY = 1']),
      ),
    ),
    killed: drill(
      HALVES,
      release('green', promoted, {
        ...version('Through killed functions'),
        during: [
          when({ state: 'WaitForTasks' }, killed('check-version-ready', 'killed_before')),
          when({ state: 'CheckVersionReady' }, killed('shift-traffic', 'killed_after')),
          when({ weight: 50 }, killed('evaluate-health', 'killed_after')),
          when({ weight: 100 }, killed('promote-version', 'killed_after')),
          when({ state: 'WaitForDrain' }, killed('complete-rollout', 'killed_before')),
        ],
      }),
    ),
  },
  blue: {
    errors: drill(
      // With so many requests a minute, one of them fails.
      {
        ...COMMON,
        steps: [80],
        health: { ...HEALTH, min_requests: 50, checks: [{ type: 'success_rate', min: 99 }] },
      },
      release(
        'blue',
        { outcome: 'RolledBack', reason: 'success_rate >= 99 %', max_weight: 80 },
        version('Fail every 50th', ['FAIL_EVERY = 0', 'FAIL_EVERY = 50']),
      ),
    ),
    endpoint: drill(
      { ...COMMON, steps: [60], health: { ...HEALTH, checks: [{ type: 'success_rate', min: 99 }] } },
      release(
        'blue',
        { outcome: 'RolledBack', reason: 'success_rate >= 99 %', max_weight: 60 },
        version(
          'Fail on one path',
          ['FAIL_EVERY = 0', 'FAIL_EVERY = 1'],
          ['requests % FAIL_EVERY === 0', "request.url === '/pay'"],
        ),
      ),
    ),
    second: drill(
      { ...COMMON, steps: [30, 60] },
      release(
        'blue',
        { outcome: 'Superseded', max_weight: 30 },
        {
          ...good,
          during: [
            {
              when: { weight: 30 },
              release: release('blue', promoted, version('Raise another', ['[3, 5, 8]', '[3, 6, 8]'])),
            },
          ],
        },
      ),
    ),
  },
  gold: {
    slow: drill(
      { ...HALVES, health: { ...HEALTH, checks: [{ type: 'latency', quantile: 'p99', max_millis: 900 }] } },
      release(
        'gold',
        { outcome: 'RolledBack', reason: 'latency', max_weight: 50 },
        version('Wait a second', ['DELAY_MILLIS = 0', 'DELAY_MILLIS = 1000']),
      ),
    ),
    fifth: drill(
      // Of so many requests, two fail.
      { ...HALVES, health: { ...HEALTH, min_requests: 10 } },
      release(
        'gold',
        { outcome: 'RolledBack', reason: 'success_rate', max_weight: 50 },
        version('Fail every fifth', ['FAIL_EVERY = 0', 'FAIL_EVERY = 5']),
      ),
    ),
    everywhere: drill(
      HALVES,
      release(
        'gold',
        { outcome: 'FailedNoChange', reason: 'listen on the one in HOST', max_weight: 0 },
        checkedVersion('Listen on all addresses', ['process.env.HOST', "'0.0.0.0'"]),
      ),
    ),
    stop: drill(
      HALVES,
      release(
        'gold',
        { outcome: 'Aborted' },
        { ...good, during: [when({ state: 'WaitForTraffic' }, { kind: 'stop_execution' })] },
      ),
      release('gold', promoted),
    ),
  },
  new: {
    first: drill(
      HALVES,
      release('new', { outcome: 'RolledBack' }, version('Fail always', ['FAIL_EVERY = 0', 'FAIL_EVERY = 1'])),
      release('new', promoted, good),
    ),
  },
};

/** What disturbs everybody: played when nobody else is on. */
export const ALONE: Readonly<Record<string, Lane>> = {
  blue: {
    metrics: drill(
      { ...HALVES, health: { ...HEALTH, max_data_age: 300, no_data_deadline: 400 } },
      release('blue', promoted, {
        ...version('Late metrics'),
        during: [when({ state: 'WaitForTasks' }, { kind: 'metrics_late', by: 180 })],
      }),
      release(
        'blue',
        { outcome: 'RolledBack', reason: 'no metrics of the canary', max_weight: 50 },
        {
          ...version('No metrics'),
          during: [when({ state: 'WaitForTasks' }, { kind: 'metrics_silent' })],
        },
      ),
    ),
  },
};

/** Envoy is killed in the middle: played where nobody else is on. */
export const PROXY: Lane = {
  good: drill(
    HALVES,
    release('green', promoted, {
      ...version('Through a killed proxy'),
      during: [when({ weight: 50 }, { kind: 'kill_proxy' })],
    }),
  ),
  bad: drill(
    HALVES,
    release(
      'green',
      { outcome: 'RolledBack', reason: 'success_rate', max_weight: 50 },
      {
        ...version('Fail always, and through a killed proxy', ['FAIL_EVERY = 0', 'FAIL_EVERY = 1']),
        during: [when({ weight: 50 }, { kind: 'kill_proxy' })],
      },
    ),
  ),
};

/** Rollouts that stay at a weight until a person, whom the AWS CLI makes slow, has done something; others do not. */
export const BY_HAND = {
  /** Made way for by a newer one, long before its step is over. */
  long: (weight: number) => ({ ...COMMON, steps: [weight], wait_time: 1800 }),
  /** Goes to its own end. */
  waiting: (weight: number) => ({ ...COMMON, steps: [weight], wait_time: 900 }),
  quick: { ...COMMON, steps: [50] },
  /** Judged late, so that somebody can do something before. */
  patient: { ...COMMON, steps: [30], wait_time: 900, health: { ...HEALTH, failed_checks: 10 } },
} as const;
