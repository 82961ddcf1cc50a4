import type { LiveRollout, LiveService, LiveState } from '../../../rehearsal/live/state';
import {
  aBadRollout,
  aCheck,
  aFirstRelease,
  aGoodRollout,
  at,
  FIRST,
  FIXED,
  node,
  WRONG_PORT,
} from '../report/builders';
import {
  aRun,
  aService,
  CHECK_STATES,
  COMMITS,
  PROMOTE_STATES,
  ROLL_BACK_STATES,
  START_STATES,
  someSeconds,
  spansOf,
} from './sample-parts';

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
