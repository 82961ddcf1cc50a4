import type { TrackedRollout } from '../../rehearsal/environment/rollout-tracker';
import type { Behaviour } from '../../rehearsal/headless/callers';
import type { Headless } from '../../rehearsal/headless/headless';
import { isThrottled, type Measured } from './cost';

/** One release of a scene. */
export interface SceneRelease {
  readonly service: string;
  readonly behaviour: Behaviour;
  readonly deploy: Readonly<Record<string, unknown>>;
}

/** A rollout of a scene, and what was wanted of it. */
export interface PlayedRelease extends SceneRelease {
  readonly rollout: TrackedRollout;
}

/** What came of a scene. */
export interface Scene {
  readonly name: string;
  readonly played: readonly PlayedRelease[];
  readonly measured: Measured;
  readonly throttled: number;
  readonly denied: number;
  /** Retries that the state machine made. */
  readonly retried: number;
  readonly wallSeconds: number;
}

/** What is played, in this order. */
export interface Scenes {
  readonly first: Scene;
  readonly alone: Scene;
  readonly badAlone: Scene;
  readonly atOnce: Scene;
  readonly allBad: Scene;
  readonly someBad: Scene;
}

/** Seconds that the longest rollout of a scene may take. */
const MOST_SECONDS = 3 * 3600;

/** Starts all releases at the same virtual moment and waits for the last to end. */
export async function play(
  headless: Headless,
  name: string,
  releases: readonly SceneRelease[],
  commit: string,
): Promise<Scene> {
  const before = mark(headless);
  const began = performance.now();
  const ids: string[] = [];
  for (const { service, behaviour, deploy } of releases) {
    ids.push(await headless.release(service, { commit, behaviour, deploy }));
  }
  await headless.finish(MOST_SECONDS);
  const calls = headless.calls().slice(before.calls);
  return {
    name,
    played: releases.map((release, index) => ({ ...release, rollout: headless.outcomeOf(ids[index] ?? '') })),
    measured: {
      calls,
      invocations: headless.runner.invocations.slice(before.invocations),
      transitions: headless.transitions() - before.transitions,
      logBytes: headless.runner.logBytes - before.logBytes,
    },
    throttled: calls.filter(isThrottled).length,
    denied: calls.filter(({ outcome }) => outcome === 'denied').length,
    retried: headless.retries() - before.retries,
    wallSeconds: (performance.now() - began) / 1000,
  };
}

function mark(headless: Headless) {
  return {
    calls: headless.calls().length,
    invocations: headless.runner.invocations.length,
    transitions: headless.transitions(),
    retries: headless.retries(),
    logBytes: headless.runner.logBytes,
  };
}

/** Seconds from a rollout's start to its end. */
export function durationOf({ startedAt, endedAt }: TrackedRollout): number {
  return ((endedAt ?? Number.NaN) - startedAt) / 1000;
}

/** Seconds from the first check that said so until stable had every request again; null when no check did. */
export function secondsToRollBack(rollout: TrackedRollout): number | null {
  const verdict = rollout.checks.find((check) => check.verdict === 'roll_back');
  const back = rollout.splits.find(
    ({ at, weights }) => verdict !== undefined && at >= verdict.at && weights[rollout.stable ?? ''] === 100,
  );
  return verdict === undefined || back === undefined
    ? null
    : (Date.parse(back.at) - Date.parse(verdict.at)) / 1000;
}

/** Least, median and greatest of some values. */
export function spread(values: readonly number[]): readonly [number, number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return [at(0), at(0.5), sorted.at(-1) ?? Number.NaN];
}
