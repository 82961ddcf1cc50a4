import { setMaxListeners } from 'node:events';
import type { Environment } from '../environment/environment';
import { startEnvironmentPipelines } from '../environment/pipeline';
import { Releases } from '../environment/releases';
import type { LoadReport } from '../load/types';
import type { PipelineEngine } from '../pipelines/engine';
import type { PreparedPlatform } from '../platform/prepare-platform';
import type { Expectation } from '../report/schema';
import { type TrafficSecond, Users } from '../users/users';
import { liveSnapshot } from '../view/live-snapshot';
import type { LiveView } from '../view/snapshot';
import { runStage, type StageContext } from './run-stage';

/** What a played scenario leaves to tell. */
export interface Played {
  readonly expectations: readonly Expectation[];
  /** Null without users. */
  readonly load: LoadReport | null;
  readonly traffic: readonly TrafficSecond[];
  /** Faults that the scenario put in the way; ISO 8601, virtual. */
  readonly faults: readonly { readonly at: string; readonly text: string }[];
  readonly wallSeconds: number;
}

const VIEW_MILLIS = 250;

/** Plays every stage of a scenario; a stage that does not end as it should does not keep the next from being played. */
export async function playScenario(parts: {
  readonly environment: Environment;
  readonly platform: PreparedPlatform;
  readonly view: LiveView;
  readonly signal: AbortSignal;
}): Promise<Played> {
  const { environment, platform, view, signal } = parts;
  const startedAt = performance.now();
  const users = createUsers(parts);
  const stage = { title: '', number: 0, of: platform.scenario.stages.length };
  const draw = () =>
    view.update(
      liveSnapshot({
        environment,
        platform,
        users,
        stage,
        wallSeconds: (performance.now() - startedAt) / 1000,
      }),
    );
  const ticker = setInterval(draw, VIEW_MILLIS);
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  // Every release, moment and fault of a stage listens.
  setMaxListeners(0, until);
  const arrivals: Promise<void>[] = [];
  const faults: Played['faults'][number][] = [];
  const onFault = (text: string) =>
    faults.push({ at: new Date(environment.clock.now()).toISOString(), text });
  const pipelines = await startEnvironmentPipelines({
    environment,
    platform,
    deployOverrides: () => platform.scenario.deploy,
    onNews: () => undefined,
  });
  const context = stageContext({ ...parts, signal: until, pipelines }, users, onFault, () => {
    if (users !== null && arrivals.length === 0) {
      arrivals.push(users.arrive(until));
    }
  });
  try {
    const expectations: Expectation[] = [];
    for (const next of platform.scenario.stages) {
      Object.assign(stage, { title: next.title, number: stage.number + 1 });
      expectations.push(...(await runStage(next, context)));
    }
    ended.abort();
    await Promise.all(arrivals);
    const load = (await users?.leave()) ?? null;
    draw();
    return {
      expectations,
      load,
      traffic: users?.seconds ?? [],
      faults,
      wallSeconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    ended.abort();
    await pipelines.stop();
    clearInterval(ticker);
    await users?.leave();
  }
}

function createUsers({
  environment,
  platform,
}: {
  environment: Environment;
  platform: PreparedPlatform;
}): Users | null {
  const { load } = platform.scenario;
  const { clock } = environment;
  const toVirtual = (wallMillis: number): string =>
    new Date(clock.now() - (Date.now() - wallMillis) * clock.speed).toISOString();
  return load === undefined
    ? null
    : new Users(environment.ingressUrl, load, toVirtual, () => everyServiceServes(environment));
}

function stageContext(
  {
    environment,
    platform,
    view,
    signal,
    pipelines,
  }: {
    environment: Environment;
    platform: PreparedPlatform;
    view: LiveView;
    signal: AbortSignal;
    pipelines: PipelineEngine;
  },
  users: Users | null,
  onFault: (text: string) => void,
  onStarted: () => void,
): StageContext {
  const { deployed } = environment.aws;
  return {
    environment,
    environmentName: platform.config.environment,
    region: deployed.region,
    users,
    releases: new Releases(pipelines, signal),
    repositories: platform.repositories,
    versions: new Map(),
    signal,
    tell: (text) => view.line(text),
    onFault,
    onStarted,
  };
}

/** Whether every rollout so far has given its service a version that serves. */
function everyServiceServes(environment: Environment): boolean {
  const services = new Map(
    environment.tracker
      .all()
      .filter(({ outcome }) => outcome !== 'Registered')
      .map((rollout) => [rollout.service, rollout.splits.at(-1)?.weights ?? {}]),
  );
  return services.size > 0 && [...services.values()].every((weights) => Object.keys(weights).length > 0);
}
