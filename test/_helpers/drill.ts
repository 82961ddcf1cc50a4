import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, startEnvironment } from '../../rehearsal/environment/environment';
import { startEnvironmentPipelines } from '../../rehearsal/environment/pipeline';
import { Releases } from '../../rehearsal/environment/releases';
import type { TrackedRollout } from '../../rehearsal/environment/rollout-tracker';
import { packageRoot } from '../../rehearsal/functions/package-root';
import { type RunningLoad, startLoad } from '../../rehearsal/load/load';
import type { PipelineEngine } from '../../rehearsal/pipelines/engine';
import { type PreparedPlatform, preparePlatform } from '../../rehearsal/platform/prepare-platform';
import { secretsOf } from '../../rehearsal/platform/secrets';
import { buildReport } from '../../rehearsal/report/build-report';
import type { Expectation, Report } from '../../rehearsal/report/schema';
import { runStage, type StageContext } from '../../rehearsal/scenario/run-stage';
import { scenarioSchema } from '../../rehearsal/scenario/schema';
import { Users } from '../../rehearsal/users/users';

/** What a drill is made from. */
export interface DrillsOptions {
  readonly platformFile: string;
  readonly speed: number;
  /** Virtual seconds, as in a scenario. */
  readonly metricLateness: number;
  /** How much of the past is kept, as in a rehearsal that people play with. @default all */
  readonly kept?: { readonly calls: number; readonly rollouts: number };
}

/** One drill: what a scenario's stages say, with members of deploy.json that hold for it alone. */
export interface Drill {
  readonly deploy: Readonly<Record<string, unknown>>;
  /** As in a scenario file. */
  readonly stages: readonly unknown[];
}

/** What became of a drill. */
export interface Drilled {
  readonly expectations: readonly Expectation[];
  /** The rollouts that began during it and are of the services that it releases. */
  readonly rollouts: readonly TrackedRollout[];
}

/** A platform on real processes and a real Envoy, in which drills are played, also beside one another. */
export class Drills {
  private readonly users: Users[] = [];
  private readonly pressing: RunningLoad[] = [];
  private readonly left = new AbortController();
  /** By service: what holds for the drill that is being played with it. */
  private readonly overrides: Map<string, Readonly<Record<string, unknown>>>;
  readonly releases: Releases;

  private constructor(
    readonly environment: Environment,
    readonly platform: PreparedPlatform,
    /** What went wrong inside the rehearsal itself. */
    readonly problems: readonly unknown[],
    private readonly folder: string,
    private readonly pipelines: PipelineEngine,
    overrides: Map<string, Readonly<Record<string, unknown>>>,
  ) {
    setMaxListeners(0, this.left.signal);
    this.overrides = overrides;
    this.releases = new Releases(pipelines, this.left.signal);
  }

  static async start(options: DrillsOptions): Promise<Drills> {
    const folder = mkdtempSync(join(tmpdir(), 'drill-'));
    const scenario = scenarioSchema.parse({
      name: 'drills',
      platform: options.platformFile,
      speed: options.speed,
      stages: [{ title: 'none' }],
    });
    const problems: unknown[] = [];
    const platform = await preparePlatform(
      {
        scenario,
        scenarioFile: null,
        ownService: null,
        speed: null,
        outDir: folder,
        dataPlane: 'envoy',
        json: true,
      },
      { update: () => undefined, line: () => undefined, close: () => undefined },
      new AbortController().signal,
    );
    const environment = await startEnvironment({
      deployable: platform.deployable,
      name: platform.config.environment,
      speed: options.speed,
      dataPlane: 'envoy',
      workDir: platform.workDir,
      cacheDir: platform.cacheDir,
      venv: join(packageRoot(), '.venv'),
      metricLatenessMillis: options.metricLateness * 1000,
      secret: secretsOf(scenario),
      keepWarm: 30,
      ...(options.kept === undefined
        ? {}
        : { keptCalls: options.kept.calls, keptRollouts: options.kept.rollouts }),
      onProblem: (error) => problems.push(error),
    });
    const overrides = new Map<string, Readonly<Record<string, unknown>>>();
    const pipelines = await startEnvironmentPipelines({
      environment,
      platform,
      deployOverrides: (service) => overrides.get(service) ?? {},
      onNews: () => undefined,
    });
    return new Drills(environment, platform, problems, folder, pipelines, overrides);
  }

  /** Lets users come to these paths, as soon as all of them answer. */
  async load(rate: number, paths: Readonly<Record<string, number>>): Promise<Users> {
    const journeys = Object.entries(paths).map(([path, weight]) => ({
      name: path,
      weight,
      steps: [{ method: 'GET' as const, path, headers: {} }],
    }));
    const users = new Users(
      this.environment.ingressUrl,
      { rate, journeys },
      () => new Date(this.environment.clock.now()).toISOString(),
      () => true,
    );
    this.users.push(users);
    await users.arrive(this.left.signal);
    return users;
  }

  /** Asks for a path whether it answers or not: a first release needs users who do not wait for it. */
  press(rate: number, path: string): void {
    const load = startLoad({
      baseUrl: this.environment.ingressUrl,
      rate,
      journeys: [{ name: path, steps: [{ path }] }],
    });
    this.pressing.push(load);
  }

  /** Plays a drill's stages one after the other. */
  async play(drill: Drill): Promise<Drilled> {
    const scenario = scenarioSchema.parse({ name: 'drill', deploy: drill.deploy, stages: drill.stages });
    const before = new Set(this.environment.tracker.all().map(({ id }) => id));
    const context = this.contextOf();
    for (const { releases } of scenario.stages) {
      for (const { service } of releases) {
        this.overrides.set(service, scenario.deploy);
      }
    }
    const expectations: Expectation[] = [];
    for (const stage of scenario.stages) {
      expectations.push(...(await runStage(stage, context)));
    }
    const services = new Set(
      scenario.stages.flatMap(({ releases }) => releases.map(({ service }) => service)),
    );
    const rollouts = this.environment.tracker
      .all()
      .filter(({ id, service }) => !before.has(id) && services.has(service));
    return { expectations, rollouts };
  }

  /** The report as it would be written now. */
  report(expectations: readonly Expectation[]): Report {
    const played = { expectations, load: null, traffic: [], faults: [], wallSeconds: 0 };
    return buildReport(played, this.environment, this.platform);
  }

  /** Members of deploy.json that hold for a service's next releases. */
  override(service: string, deploy: Readonly<Record<string, unknown>>): void {
    this.overrides.set(service, deploy);
  }

  async stop(): Promise<void> {
    this.left.abort();
    await Promise.all([
      ...this.users.map((users) => users.leave()),
      ...this.pressing.map((load) => load.stop()),
    ]);
    await this.pipelines.stop();
    await this.environment.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private contextOf(): StageContext {
    return {
      environment: this.environment,
      environmentName: this.platform.config.environment,
      region: this.environment.aws.deployed.region,
      users: null,
      releases: this.releases,
      repositories: this.platform.repositories,
      versions: new Map(),
      signal: this.left.signal,
      tell: () => undefined,
      onFault: () => undefined,
      onStarted: () => undefined,
    };
  }
}
