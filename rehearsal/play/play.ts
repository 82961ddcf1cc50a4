import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, startEnvironment } from '../environment/environment';
import { machineArn } from '../environment/machines';
import { startEnvironmentPipelines } from '../environment/pipeline';
import { packageRoot } from '../functions/package-root';
import { liveState } from '../live/live-state';
import { drawnStates } from '../live/machine';
import { type LiveServer, startLiveServer } from '../live/server';
import { headOf, type PipelineEngine } from '../pipelines/engine';
import { type PreparedPlatform, preparePlatform } from '../platform/prepare-platform';
import { secretsOf } from '../platform/secrets';
import type { Scenario } from '../scenario/schema';
import { Users } from '../users/users';
import { followRollouts } from './follow-rollouts';
import { Happenings } from './happenings';
import { closingLines, openingLines } from './words';

/** What to play with. */
export interface PlayOptions {
  /** Its platform, users, secrets and deploy members; its stages are not played. */
  readonly scenario: Scenario;
  /** Virtual seconds per wall second. */
  readonly speed: number;
  /** Port of the live page; null for one that is free. */
  readonly port: number | null;
  readonly outDir: string;
  readonly dataPlane: 'auto' | 'envoy' | 'embedded';
  /** Ends the play. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Calls and seconds of traffic that are kept, so that hours of playing take no more memory than minutes. */
const KEPT_CALLS = 2000;
const KEPT_SECONDS = 600;
const KEPT_ROLLOUTS = 20;

/**
 * Keeps an environment up until the signal: its pipelines wait for pushes, users use the application, a page shows it
 * all. Ends everything that it started.
 * @throws {InvalidInput} for a platform file that is refused.
 * @throws {DataPlaneLost} when Envoy ends again and again.
 */
export async function play(options: PlayOptions): Promise<void> {
  const { print } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const platform = await preparePlatform(
      { ...options, scenarioFile: null, ownService: null, json: false },
      { update: () => undefined, line: print, close: () => undefined },
      signal,
    );
    const late: { server?: LiveServer } = {};
    const environment = await startPlayground(options, platform, lost, (text) => happenings.add(text));
    const happenings = new Happenings(
      () => environment.clock.now(),
      print,
      () => late.server?.changed(),
    );
    ends.push(() => environment.stop());
    const pipelines = await startEnvironmentPipelines({
      environment,
      platform,
      deployOverrides: () => options.scenario.deploy,
      onNews: ({ text, level }) => happenings.add(text, level),
    });
    ends.push(() => pipelines.stop());
    const users = createUsers(options, environment);
    ends.push(async () => users?.leave());
    late.server = await startPage(options, { environment, platform, pipelines, users, happenings });
    ends.push(async () => late.server?.stop());
    ends.push(followEverything(environment, pipelines, happenings, late.server));
    openingLines({
      applicationUrl: environment.ingressUrl,
      pageUrl: late.server.url,
      repositories: platform.repositories,
      speed: options.speed,
    }).forEach(print);
    await releaseSources(platform, pipelines, happenings);
    void users
      ?.arrive(signal)
      .then(() => !signal.aborted && happenings.add('application ready: users are there'));
    await untilAborted(signal);
    lost.signal.throwIfAborted();
    closingLines(environment, pipelines.runs()).forEach(print);
  } finally {
    for (const end of ends.reverse()) {
      await end();
    }
    rmSync(join(options.outDir, 'work'), { recursive: true, force: true, maxRetries: 5 });
  }
}

function startPlayground(
  { scenario, speed, dataPlane }: PlayOptions,
  platform: PreparedPlatform,
  lost: AbortController,
  onProblem: (text: string) => void,
): Promise<Environment> {
  return startEnvironment({
    deployable: platform.deployable,
    name: platform.config.environment,
    speed,
    dataPlane,
    workDir: platform.workDir,
    cacheDir: platform.cacheDir,
    venv: join(packageRoot(), '.venv'),
    metricLatenessMillis: scenario.metric_lateness * 1000,
    secret: secretsOf(scenario),
    keptCalls: KEPT_CALLS,
    keptRollouts: KEPT_ROLLOUTS,
    onProblem: (error) => onProblem(`! ${error instanceof Error ? error.message : String(error)}`),
    onLost: (error) => lost.abort(error),
  });
}

/** Half as many requests a virtual minute as in the scenario: enough for the checks, and a browser runs beside them. */
function createUsers({ scenario, speed }: PlayOptions, environment: Environment): Users | null {
  const { clock } = environment;
  if (scenario.load === undefined) {
    return null;
  }
  const load = { ...scenario.load, rate: (scenario.load.rate * speed) / scenario.speed / 2 };
  return new Users(
    environment.ingressUrl,
    load,
    (wallMillis) => new Date(clock.now() - (Date.now() - wallMillis) * clock.speed).toISOString(),
    () => true,
    KEPT_SECONDS,
  );
}

interface Shown {
  readonly environment: Environment;
  readonly platform: PreparedPlatform;
  readonly pipelines: PipelineEngine;
  readonly users: Users | null;
  readonly happenings: Happenings;
}

function startPage({ port }: PlayOptions, shown: Shown): Promise<LiveServer> {
  const { environment, platform, pipelines, users, happenings } = shown;
  const { deployed } = environment.aws;
  const arn = machineArn(deployed, platform.config.environment, 'rollout');
  const machine = deployed.stateMachines.find((one) => one.arn === arn);
  return startLiveServer({
    state: () =>
      liveState({
        environment,
        config: platform.config,
        repositories: platform.repositories,
        pipelines,
        traffic: () => users?.seconds ?? [],
        events: () => happenings.all(),
      }),
    machine: drawnStates(machine?.definition ?? ''),
    ...(port === null ? {} : { port }),
  });
}

/** Keeps terminal and page informed. Returns how to stop that. */
function followEverything(
  environment: Environment,
  pipelines: PipelineEngine,
  happenings: Happenings,
  server: LiveServer,
): () => Promise<void> {
  const stops = [
    followRollouts(environment.tracker, (text) => happenings.add(text)),
    environment.tracker.onChange(() => server.changed()),
    pipelines.onChange(() => server.changed()),
  ];
  // Traffic comes once a second, and changes nothing else.
  const ticker = setInterval(() => server.changed(), 1000);
  return async () => {
    clearInterval(ticker);
    for (const stop of stops) {
      stop();
    }
  };
}

/** A pipeline runs as soon as it is made; that of an empty repository waits for its first push. */
async function releaseSources(
  { repositories }: PreparedPlatform,
  pipelines: PipelineEngine,
  happenings: Happenings,
): Promise<void> {
  for (const [service, repository] of repositories) {
    const commit = await headOf(repository, 'main');
    if (commit === null) {
      happenings.add(`${service}: its repository is empty; the first push to main is its first release`);
    } else {
      await pipelines.start(service, commit);
      happenings.add(`${service}: first release begins`);
    }
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) {
      resolve();
    }
  });
}
