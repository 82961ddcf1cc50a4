import type {
  LiveEvent,
  LiveRollout,
  LiveState,
  PipelineRun,
  TrafficPoint,
} from '../../../rehearsal/live/state';
import { aCheck, aGoodRollout, at } from '../report/builders';
import { aRun, someSeconds, spansOf } from './sample-parts';
import { aRunningState } from './sample-state';

/** Wall seconds from one release to the next one. */
const RELEASE_EVERY = 90;
const POINTS = 600;

/** A rehearsal that releases again and again; `at(second)` is its state after so many wall seconds. */
export function longRehearsal(wallSeconds: number): { at(second: number): LiveState } {
  const base = aRunningState();
  const traffic: readonly TrafficPoint[] = someSeconds(
    0,
    (wallSeconds + 1) * 15,
    (second) => (second / 60) % 100,
  );
  const ended = new Map<number, LiveRollout>();
  const release = (number: number, second: number): LiveRollout => {
    const known = ended.get(number) ?? releaseAt(number, second);
    if (known.endedAt !== null) ended.set(number, known);
    return known;
  };
  return {
    at: (second) => {
      const newest = Math.floor(second / RELEASE_EVERY);
      const releases = Array.from({ length: Math.min(20, newest + 1) }, (_, index) => newest - index);
      return {
        ...base,
        now: at(second * 15),
        traffic: traffic.slice(Math.max(0, second - POINTS), second),
        rollouts: releases.map((number) => release(number, second)),
        pipelines: releases.map((number) => runAt(number, second)),
        events: Array.from({ length: Math.min(200, second) }, (_, index) => eventAt(second - index)),
        calls: { total: second * 7, denied: 0 },
      };
    },
  };
}

function eventAt(second: number): LiveEvent {
  return {
    at: at(second * 15),
    level: second % 9 === 0 ? 'good' : 'info',
    text: `event of second ${second}`,
  };
}

function releaseAt(number: number, second: number): LiveRollout {
  const begun = number * RELEASE_EVERY;
  const passed = Math.min(RELEASE_EVERY - 5, second - begun);
  const steps = Math.floor(passed / 4);
  const hasEnded = second - begun >= RELEASE_EVERY - 5;
  const good = aGoodRollout();
  return {
    ...good,
    id: `rollout-${number}`,
    outcome: hasEnded ? 'Promoted' : 'Running',
    startedAt: at(begun * 15),
    endedAt: hasEnded ? at((begun + RELEASE_EVERY - 5) * 15) : null,
    splits: good.splits
      .slice(0, steps)
      .map((split, index) => ({ ...split, at: at((begun + index * 4) * 15) })),
    checks: Array.from({ length: steps }, (_, index) => aCheck((begun + index * 4) * 15, 'advance')),
    state: hasEnded ? 'RolloutPromoted' : 'WaitForTraffic',
    states: spansOf(
      Array.from({ length: steps }, () => [
        'EvaluateHealth',
        'WhatDoesTheVerdictSay',
        'ShiftTraffic',
        'WaitForTraffic',
      ]).flat(),
      begun * 15,
      (begun + passed) * 15,
      !hasEnded,
    ),
    log: Array.from(
      { length: Math.min(200, passed * 3) },
      (_, index) => `line ${passed * 3 - index} of ${number}`,
    ),
  };
}

function runAt(number: number, second: number): PipelineRun {
  const passed = Math.min(RELEASE_EVERY, second - number * RELEASE_EVERY);
  const run = aRun({
    id: `run-${number}`,
    rolloutId: `rollout-${number}`,
    startedAt: at(number * RELEASE_EVERY * 15),
  });
  return {
    ...run,
    stages: run.stages.map((stage) => ({
      ...stage,
      log: Array.from({ length: Math.min(200, passed * 4) }, (_, index) => `${stage.name} line ${index}`),
    })),
  };
}
