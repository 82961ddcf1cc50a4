import type {
  LiveRollout,
  LiveService,
  LiveState,
  PipelineRun,
  TrafficPoint,
} from '../../../rehearsal/live/state';
import {
  aBadRollout,
  aCheck,
  aFirstRelease,
  aGoodRollout,
  at,
  FIRST,
  FIXED,
  node,
  START,
  WRONG_PORT,
} from '../report/builders';

const COMMITS: Readonly<Record<string, string>> = {
  [FIRST]: `${FIRST}0b5c9d8e7f6a5b4c3d2e1f0a9b8c7d6e`,
  [FIXED]: `${FIXED}1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f`,
  [WRONG_PORT]: `${WRONG_PORT}2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a`,
};

/** States that a rollout passes until it waits for traffic, and those of each check after that. */
const START_STATES = [
  'ClaimRollout',
  'IsItOurTurn',
  'CreateVersion',
  'WaitForTasks',
  'CheckVersionReady',
  'AreTasksReady',
  'ShiftTraffic',
  'WasTrafficShifted',
  'WaitForTraffic',
];
const CHECK_STATES = [
  'EvaluateHealth',
  'WhatDoesTheVerdictSay',
  'ShiftTraffic',
  'WasTrafficShifted',
  'WaitForTraffic',
];
const PROMOTE_STATES = [
  'EvaluateHealth',
  'WhatDoesTheVerdictSay',
  'PromoteVersion',
  'WasItPromoted',
  'WaitForDrain',
  'RemoveVersion',
  'IsVersionRemoved',
  'CompleteRollout',
  'HowDidItEnd',
  'RolloutPromoted',
];
const ROLL_BACK_STATES = [
  'EvaluateHealth',
  'WhatDoesTheVerdictSay',
  'RollBack',
  'WhatIsLeftToDo',
  'WaitForDrain',
  'RemoveVersion',
  'IsVersionRemoved',
  'CompleteRollout',
  'HowDidItEnd',
  'RolloutNotPromoted',
];

/** Choices take no time, waits most of it. */
function shareOf(state: string): number {
  return state.startsWith('Wait') ? 12 : /^(Is|Are|Was|What|How|Rollout)/.test(state) ? 0 : 1;
}

/** Spans for states, one after the other over a time; the last one has not ended when `isOpen`. */
export function spansOf(
  names: readonly string[],
  fromSecond: number,
  toSecond: number,
  isOpen = false,
): LiveRollout['states'] {
  const before = [0];
  for (const name of names) before.push((before.at(-1) ?? 0) + shareOf(name));
  const second = (index: number): string =>
    at(fromSecond + ((toSecond - fromSecond) * (before[index] ?? 0)) / Math.max(1, before.at(-1) ?? 1));
  return names.map((state, index) => ({
    state,
    from: second(index),
    to: isOpen && index === names.length - 1 ? null : second(index + 1),
  }));
}

export function aService(name: string, overrides: Partial<LiveService> = {}): LiveService {
  return {
    name,
    port: 4567,
    protocol: 'http',
    gitRemote: `out/play/repositories/${name}.git`,
    weights: {},
    ...overrides,
  };
}

export function aRun(overrides: Partial<PipelineRun> = {}): PipelineRun {
  const service = overrides.service ?? 'yelb-appserver';
  return {
    id: `${service}-run-1`,
    service,
    commit: COMMITS[FIXED] ?? '',
    message: 'Count one vote for one click',
    author: 'Ada Developer',
    startedAt: at(-20),
    endedAt: null,
    status: 'running',
    stages: [
      {
        name: 'Source',
        status: 'succeeded',
        startedAt: at(-20),
        endedAt: at(-19),
        summary: 'checked out 9f8e7d6c',
        log: [`Cloned ${service}`, 'HEAD is now at 9f8e7d6c Count one vote for one click'],
      },
      {
        name: 'Build',
        status: 'succeeded',
        startedAt: at(-19),
        endedAt: at(-2),
        summary: 'image built in 17 s',
        log: [
          'specfiles/deploy.json is valid',
          'STEP 1/7: FROM ruby:3.3-slim',
          'STEP 7/7: CMD ["ruby", "yelb-appserver.rb"]',
          'image rehearsal/yelb-appserver:9f8e7d6c',
        ],
      },
      {
        name: 'Deploy',
        status: 'running',
        startedAt: at(-2),
        endedAt: null,
        summary: 'rollout yelb-appserver-1 is running',
        log: ['started yelb-appserver-1', 'canary at 10 %'],
      },
    ],
    rolloutId: 'yelb-appserver-1',
    ...overrides,
  };
}

/** One point a second of the wall, so every 15 virtual seconds, until `seconds`; the canary takes what `weight` says. */
export function someSeconds(
  from: number,
  to: number,
  weight: (second: number) => number,
  broken = false,
): TrafficPoint[] {
  const versions = broken ? { stable: FIXED, canary: WRONG_PORT } : { stable: FIRST, canary: FIXED };
  return Array.from({ length: Math.floor((to - from) / 15) }, (_, index) => {
    const second = from + index * 15;
    const requests = 155 + ((index * 7) % 11);
    const toCanary = Math.round((requests * weight(second)) / 100);
    const failed = broken ? toCanary : 0;
    return {
      at: at(second),
      requests,
      failed,
      byVersion: {
        [node(FIRST, 'yelb-ui')]: {
          requests,
          failed: 0,
          p50Millis: 2 + (index % 3) / 5,
          p99Millis: 16 + (index % 7),
        },
        [node(versions.stable)]: {
          requests: requests - toCanary,
          failed: 0,
          p50Millis: 4.4 + (index % 5) / 9,
          p99Millis: 19 + ((index * 5) % 9),
        },
        ...(toCanary > 0
          ? {
              [node(versions.canary)]: {
                requests: toCanary,
                failed,
                p50Millis: broken ? null : 4.1,
                p99Millis: broken ? null : 17 + ((index * 3) % 12),
              },
            }
          : {}),
      },
    };
  });
}

/** Before the first push. */
export function anEmptyState(overrides: Partial<LiveState> = {}): LiveState {
  return {
    environment: 'canary-demo',
    dataPlane: 'envoy',
    speed: 15,
    now: at(-600),
    applicationUrl: 'http://127.0.0.1:40123',
    services: [
      aService('yelb-ui', { port: 80 }),
      aService('yelb-appserver'),
      aService('yelb-db', { port: 5432, protocol: 'tcp' }),
      aService('yelb-redisserver', { port: 6379, protocol: 'tcp' }),
    ],
    pipelines: [],
    rollouts: [],
    traffic: [],
    events: [],
    calls: { total: 0, denied: 0 },
    ...overrides,
  };
}

function firstReleases(): LiveRollout[] {
  return ['yelb-ui', 'yelb-db', 'yelb-redisserver'].map((service) => ({
    ...aFirstRelease(service),
    state: 'RolloutPromoted',
    states: spansOf([...START_STATES, ...PROMOTE_STATES], -400, -200),
  }));
}

function servicesAt(weights: Record<string, number>): readonly LiveService[] {
  return anEmptyState().services.map((service) => ({
    ...service,
    weights: service.name === 'yelb-appserver' ? weights : { [node(FIRST, service.name)]: 100 },
  }));
}

/** The fix at 30 %: four steps of the walkthrough's second act. */
export function aRunningState(overrides: Partial<LiveState> = {}): LiveState {
  const good = aGoodRollout();
  const rollout: LiveRollout = {
    ...good,
    outcome: 'Running',
    reason: '',
    endedAt: null,
    splits: good.splits.slice(0, 3),
    checks: [aCheck(75, 'hold'), aCheck(119, 'advance'), aCheck(179, 'advance')],
    state: 'WaitForTraffic',
    states: spansOf([...START_STATES, ...CHECK_STATES, ...CHECK_STATES], 0, 210, true),
    log: ['claim-rollout: lease taken', 'create-version: 1 task started', 'shift-traffic: canary at 30 %'],
  };
  return anEmptyState({
    now: at(215),
    services: servicesAt({ [node(FIRST)]: 70, [node(FIXED)]: 30 }),
    pipelines: [
      aRun(),
      ...['yelb-ui', 'yelb-db'].map((service) =>
        aRun({
          id: `${service}-run-0`,
          service,
          status: 'succeeded',
          rolloutId: `${service}-0`,
          message: 'Seed the repository',
          author: 'Platform',
          startedAt: at(-420),
          endedAt: at(-200),
          commit: COMMITS[FIRST] ?? '',
          stages: aRun().stages.map((stage) => ({
            ...stage,
            status: 'succeeded',
            startedAt: stage.startedAt ?? at(-3),
            endedAt: stage.endedAt ?? at(212),
          })),
        }),
      ),
    ],
    rollouts: [rollout, ...firstReleases()],
    traffic: someSeconds(-390, 215, (second) => (second < 60 ? 0 : Math.floor(second / 60) * 10)),
    events: [
      { at: at(180), level: 'info', text: 'yelb-appserver: canary 20 % → 30 %' },
      { at: at(179), level: 'good', text: 'yelb-appserver: check passed: advance' },
      {
        at: at(75),
        level: 'info',
        text: 'yelb-appserver: hold: no whole minute of metrics under traffic yet',
      },
      { at: at(60), level: 'info', text: 'yelb-appserver: canary 0 % → 10 %' },
      { at: at(0), level: 'info', text: 'yelb-appserver: rollout started: 1a2b3c4d → 9f8e7d6c' },
      { at: at(-200), level: 'good', text: 'yelb-ui: first release promoted' },
    ],
    calls: { total: 212, denied: 0 },
    ...overrides,
  });
}

/** The wrong port, rolled back; an earlier push failed its build. */
export function aRolledBackState(overrides: Partial<LiveState> = {}): LiveState {
  const bad = aBadRollout();
  const rollout: LiveRollout = {
    ...bad,
    state: 'RolloutNotPromoted',
    states: spansOf(
      [
        ...START_STATES,
        'EvaluateHealth',
        'WhatDoesTheVerdictSay',
        'WaitForTraffic',
        'EvaluateHealth',
        'WhatDoesTheVerdictSay',
        'WaitForTraffic',
        ...ROLL_BACK_STATES,
      ],
      900,
      1200,
    ),
    log: [
      'create-version: 1 task started',
      'task 5f3c2a: Sinatra has taken the stage on 4568',
      'evaluate-health: success_rate 0 %',
      'roll-back: all requests at 9f8e7d6c',
    ],
  };
  const good: LiveRollout = {
    ...aGoodRollout(),
    state: 'RolloutPromoted',
    states: spansOf(
      [...START_STATES, ...Array.from({ length: 9 }, () => CHECK_STATES).flat(), ...PROMOTE_STATES],
      0,
      800,
    ),
  };
  const [source, build, deploy] = aRun().stages;
  const run = aRun({
    id: 'yelb-appserver-run-3',
    commit: COMMITS[WRONG_PORT] ?? '',
    message: 'Listen on another port',
    rolloutId: bad.id,
    status: 'failed',
    startedAt: at(880),
    endedAt: at(1201),
    stages: [
      source!,
      build!,
      {
        ...deploy!,
        status: 'failed',
        startedAt: at(900),
        endedAt: at(1201),
        summary: 'the rollout ended RolledBack: success_rate >= 99 % broken: 0, for 2 minutes in a row',
        log: [
          'started yelb-appserver-2',
          'canary at 10 %',
          'RolledBack: success_rate >= 99 % broken: 0, for 2 minutes in a row',
        ],
      },
    ],
  });
  const broken = aRun({
    id: 'yelb-ui-run-2',
    service: 'yelb-ui',
    message: 'Try a new Dockerfile',
    author: 'Grace Developer',
    rolloutId: null,
    status: 'failed',
    startedAt: at(820),
    endedAt: at(824),
    commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
    stages: [
      source!,
      {
        ...build!,
        status: 'failed',
        startedAt: at(821),
        endedAt: at(824),
        summary: 'specfiles/deploy.json: percent_step is 0, allowed are 1 to 100',
        log: [
          'specfiles/deploy.json percent_step: received 0; allowed are 1 to 100; choose how many percent each step takes',
        ],
      },
      { ...deploy!, status: 'waiting', startedAt: null, endedAt: null, summary: '', log: [] },
    ],
  });
  return aRunningState({
    now: at(1230),
    services: servicesAt({ [node(FIXED)]: 100, [node(WRONG_PORT)]: 0 }),
    pipelines: [
      run,
      broken,
      aRun({
        status: 'succeeded',
        endedAt: at(800),
        stages: aRun().stages.map((stage) => ({
          ...stage,
          status: 'succeeded',
          endedAt: stage.endedAt ?? at(800),
        })),
      }),
    ],
    rollouts: [rollout, good, ...firstReleases()],
    traffic: [
      ...someSeconds(-390, 900, (second) => (second < 60 ? 0 : Math.min(100, Math.floor(second / 60) * 10))),
      ...someSeconds(900, 1230, (second) => (second > 940 && second < 1141 ? 10 : 0), true),
    ],
    events: [
      {
        at: at(1200),
        level: 'bad',
        text: 'yelb-appserver: 77abcdef rolled back: success_rate >= 99 % broken: 0, for 2 minutes in a row',
      },
      { at: at(1141), level: 'info', text: 'yelb-appserver: canary 10 % → 0 %' },
      { at: at(824), level: 'bad', text: 'yelb-ui: build failed: percent_step is 0, allowed are 1 to 100' },
      { at: at(800), level: 'good', text: 'yelb-appserver: 9f8e7d6c promoted' },
      ...aRunningState().events,
    ],
    calls: { total: 1712, denied: 2 },
    ...overrides,
  });
}

/** A platform of many services with long names, lists at their bounds, and a split between three versions. */
export function aCrowdedState(overrides: Partial<LiveState> = {}): LiveState {
  const state = aRunningState();
  const names = Array.from({ length: 30 }, (_, index) => `a-service-with-a-rather-long-name-${index + 1}`);
  return {
    ...state,
    services: names.map((name, index) =>
      aService(name, {
        protocol: ['http', 'http2', 'grpc', 'tcp'][index % 4] ?? 'http',
        weights:
          index === 0
            ? { [node(FIRST, name)]: 80, [node(FIXED, name)]: 15, [node(WRONG_PORT, name)]: 5 }
            : { [node(FIRST, name)]: 100 },
      }),
    ),
    pipelines: names.slice(0, 20).map((service, index) =>
      aRun({
        id: `run-${index}`,
        service,
        status: 'superseded',
        endedAt: at(0),
        message: `Change ${index}: ${'a message that goes on and on '.repeat(4)}`,
      }),
    ),
    rollouts: names.slice(0, 20).map((service, index) => ({
      ...aFirstRelease(service, { id: `rollout-${index}` }),
      state: 'RolloutPromoted',
      states: spansOf([...START_STATES, ...PROMOTE_STATES], -400, -200),
    })),
    events: Array.from({ length: 200 }, (_, index) => ({
      at: at(200 - index),
      level: 'info' as const,
      text: `${names[index % 30]}: something happened`,
    })),
    ...overrides,
  };
}

/** Virtual time at which the samples begin. */
export { START };
