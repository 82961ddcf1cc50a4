import type { LiveRollout, LiveService, PipelineRun, TrafficPoint } from '../../../rehearsal/live/state';
import { at, FIRST, FIXED, node, WRONG_PORT } from '../report/builders';

/** Whole commits of the versions. */
export const COMMITS: Readonly<Record<string, string>> = {
  [FIRST]: `${FIRST}0b5c9d8e7f6a5b4c3d2e1f0a9b8c7d6e`,
  [FIXED]: `${FIXED}1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f`,
  [WRONG_PORT]: `${WRONG_PORT}2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a`,
};

/** States that a rollout passes until it waits for traffic, and those of each check after that. */
export const START_STATES = [
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
export const CHECK_STATES = [
  'EvaluateHealth',
  'WhatDoesTheVerdictSay',
  'ShiftTraffic',
  'WasTrafficShifted',
  'WaitForTraffic',
];
export const PROMOTE_STATES = [
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
export const ROLL_BACK_STATES = [
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

/** A service without traffic. */
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

/** A run of a pipeline whose rollout goes on. */
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
