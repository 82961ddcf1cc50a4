import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, startEnvironment } from '../../rehearsal/environment/environment';
import { machineArn } from '../../rehearsal/environment/machines';
import { Pipeline } from '../../rehearsal/environment/pipeline';
import type { TrackedRollout } from '../../rehearsal/environment/rollout-tracker';
import { packageRoot } from '../../rehearsal/functions/package-root';
import { type RunningLoad, startLoad } from '../../rehearsal/load/load';
import { type PreparedPlatform, preparePlatform } from '../../rehearsal/platform/prepare-platform';
import { secretsOf } from '../../rehearsal/platform/secrets';
import { buildReport } from '../../rehearsal/report/build-report';
import type { Expectation, Report } from '../../rehearsal/report/schema';
import { runStage, type StageContext } from '../../rehearsal/scenario/run-stage';
import { type Scenario, scenarioSchema } from '../../rehearsal/scenario/schema';
import { Users } from '../../rehearsal/users/users';

/** What a drill is made from. */
export interface DrillsOptions {
  readonly platformFile: string;
  readonly speed: number;
  /** Virtual seconds, as in a scenario. */
  readonly metricLateness: number;
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

  private constructor(
    readonly environment: Environment,
    readonly platform: PreparedPlatform,
    /** What went wrong inside the rehearsal itself. */
    readonly problems: readonly unknown[],
    private readonly folder: string,
  ) {
    setMaxListeners(0, this.left.signal);
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
      onProblem: (error) => problems.push(error),
    });
    return new Drills(environment, platform, problems, folder);
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
    const context = this.contextOf(scenario);
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

  pipeline(deployOverrides: Readonly<Record<string, unknown>> = {}): Pipeline {
    const { deployed } = this.environment.aws;
    return new Pipeline({
      environment: this.environment,
      builder: this.platform.builder,
      stateMachineArn: machineArn(deployed, this.platform.config.environment, 'rollout'),
      region: deployed.region,
      deployOverrides,
    });
  }

  async stop(): Promise<void> {
    this.left.abort();
    await Promise.all([
      ...this.users.map((users) => users.leave()),
      ...this.pressing.map((load) => load.stop()),
    ]);
    await this.environment.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private contextOf(scenario: Scenario): StageContext {
    return {
      environment: this.environment,
      environmentName: this.platform.config.environment,
      region: this.environment.aws.deployed.region,
      users: null,
      pipeline: this.pipeline(scenario.deploy),
      repositories: this.platform.repositories,
      versions: new Map(),
      signal: this.left.signal,
      tell: () => undefined,
      onFault: () => undefined,
      onStarted: () => undefined,
    };
  }
}
