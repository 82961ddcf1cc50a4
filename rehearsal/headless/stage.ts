import { type ServiceBinding, versionResourceName } from '../../core/config/service-binding';
import { describeDeployable } from '../assembly/describe/describe-deployable';
import type { AskedPermission } from '../assembly/policies/observed';
import { readAssembly } from '../assembly/read-assembly';
import type { RateLimit } from '../aws/limits/rate-limit';
import type { AwsEndpoint } from '../aws/server/endpoint';
import { createManualClock, type ManualClock } from '../clock/manual-clock';
import type { CallRecord } from '../contracts';
import type { AwsSide, AwsSideOptions } from '../environment/aws-side';
import { EventBus } from '../environment/event-bus';
import { RolloutTracker } from '../environment/rollout-tracker';
import { byVersion } from '../environment/splits';
import type { FunctionRunnerOptions } from '../functions/function-runner';
import { MetricsAgent } from '../metrics-agent/agent';
import { type Behaviour, Callers } from './callers';
import { type HeadlessLatency, InProcessRunner } from './in-process-runner';
import { readMeshChange } from './mesh-watch';
import { putMetrics } from './platform-side';
import { createRandom } from './random';
import type { HeadlessRelease } from './release';
import { ScriptedTasks } from './scripted-tasks';
import { Work } from './work';

/** What a headless environment is made from. */
export interface HeadlessOptions {
  /** Folder of the synthesized assembly. */
  readonly assembly: string;
  /** Rates above which AWS throttles. @default none */
  readonly limits?: readonly RateLimit[];
  /** Functions that may run at once. @default 1000, the quota of an account */
  readonly concurrency?: number;
  /** Requests per second that each service gets. @default 10 */
  readonly requestsPerSecond?: number;
  /** Virtual milliseconds from the end of a minute to its datapoints' arrival. @default 30000 */
  readonly metricLatenessMillis?: number;
  /** How long things take. @default calls 15 to 60 ms, loading 600 to 1200 ms, a loaded function 20 to 50 ms */
  readonly latency?: Partial<HeadlessLatency>;
  /** Virtual milliseconds until a started task runs, and from then to its first passed health check. @default 20000 to 40000, and 10000 */
  readonly tasks?: { readonly startMillis: number; readonly healthyAfterMillis: number };
  /** Virtual time at which it starts. @default 2026-01-01T00:00:00Z */
  readonly start?: number;
  /** Begins every sequence of random numbers. @default 1 */
  readonly seed?: number;
  /** Told of every permission that AWS asks a role for. */
  readonly onAsked?: (asked: AskedPermission) => void;
}

/** What stands around the local AWS: time, tasks, callers, event rules, and the story of each rollout. */
export class Stage {
  readonly problems: unknown[] = [];
  /** Every call to AWS so far, oldest first. */
  readonly calls: CallRecord[] = [];
  readonly tracker = new RolloutTracker();
  readonly clock: ManualClock;
  readonly tasks: ScriptedTasks;
  transitions = 0;
  retries = 0;
  private readonly work = new Work();
  private readonly random: () => number;
  /** By name of the virtual node. */
  private readonly behaviours = new Map<string, Behaviour>();
  private aws: AwsSide | undefined;
  private bus: EventBus | undefined;
  private runner: InProcessRunner | undefined;
  private callers: Callers | undefined;

  constructor(private readonly options: HeadlessOptions) {
    const { start, seed = 1, tasks } = options;
    this.random = createRandom(seed);
    this.clock = createManualClock({
      ...(start === undefined ? {} : { start }),
      settle: () => this.work.settle(),
    });
    this.tasks = new ScriptedTasks({
      clock: this.clock,
      startMillis: () => tasks?.startMillis ?? between(this.random, 20_000, 40_000),
      healthyAfterMillis: tasks?.healthyAfterMillis ?? 10_000,
      stopMillis: 5000,
      isCrashing: (node) => this.behaviourOf(node) === 'crashing',
      isUnchecked: (node) => this.behaviourOf(node) === 'unchecked',
    });
  }

  awsOptions(): AwsSideOptions {
    const { limits, assembly, onAsked } = this.options;
    return {
      clock: this.clock,
      tasks: this.tasks,
      random: this.random,
      deployable: describeDeployable(readAssembly(assembly)),
      ...(limits === undefined ? {} : { limits }),
      ...(onAsked === undefined ? {} : { onAsked }),
      createRunner: (runnerOptions, endpoint) => this.createRunner(runnerOptions, endpoint),
      changed: (what) => void this.note(what).catch((error) => this.problems.push(error)),
      onCall: (call) => this.calls.push(call),
      onState: (event) => {
        this.transitions += event.kind === 'entered' || event.kind === 'retried' ? 1 : 0;
        this.retries += event.kind === 'retried' ? 1 : 0;
        this.tracker.state(event);
      },
      onStatus: (event) => {
        this.tracker.status(event);
        this.bus?.publish(event);
      },
    };
  }

  behaves(
    service: string,
    { commit, behaviour = 'healthy' }: Pick<HeadlessRelease, 'commit' | 'behaviour'>,
  ): void {
    const environment = this.callers?.environment ?? '';
    this.behaviours.set(versionResourceName({ environment, service }, commit.slice(0, 8)), behaviour);
  }

  /** Lets events and metrics flow. */
  open(
    aws: AwsSide,
    services: readonly ServiceBinding[],
  ): { readonly agent: MetricsAgent; readonly runner: InProcessRunner } {
    const { account, region, eventRules } = aws.deployed;
    this.aws = aws;
    this.bus = new EventBus({
      rules: eventRules.filter(({ enabled }) => enabled),
      functions: aws.functions,
      account,
      region,
      // Lambda waits a minute before it tries an event again, then two.
      retryMillis: 60_000,
      wait: (millis) => this.clock.sleep(millis),
      onError: (error) => this.problems.push(error),
    });
    const callers = new Callers({
      now: () => this.clock.now(),
      services,
      requestsPerSecond: this.options.requestsPerSecond ?? 10,
      behaviourOf: (node) => this.behaviourOf(node),
    });
    this.callers = callers;
    const agent = new MetricsAgent({
      clock: this.clock,
      mesh: services[0]?.router.mesh ?? '',
      read: async () => callers.counters(),
      publish: (data) => putMetrics(aws, data),
      latenessMillis: this.options.metricLatenessMillis ?? 30_000,
      onError: (error) => this.problems.push(error),
    });
    agent.start();
    return { agent, runner: must(this.runner, 'runner of functions') };
  }

  private createRunner(
    options: FunctionRunnerOptions,
    endpoint: Pick<AwsEndpoint, 'dispatch'>,
  ): InProcessRunner {
    this.runner = new InProcessRunner({
      ...options,
      work: this.work,
      random: this.random,
      latency: { ...defaultLatency(this.random), ...this.options.latency },
      concurrency: this.options.concurrency ?? 1000,
      dispatch: (request) => endpoint.dispatch(request),
    });
    return this.runner;
  }

  private behaviourOf(node: string): Behaviour {
    // The second release of a commit is named after it, with a number.
    return this.behaviours.get(node) ?? this.behaviours.get(node.replace(/-\d{1,4}$/, '')) ?? 'healthy';
  }

  private async note(arn: string): Promise<void> {
    const change = this.aws === undefined ? null : await readMeshChange(this.aws.appMesh, arn);
    if (change?.kind === 'node') {
      this.callers?.nodeChanged(change.node, change.exists);
    } else if (change?.kind === 'split') {
      this.callers?.splitChanged(change.service, change.weights);
      const binding = { environment: this.callers?.environment ?? '', service: change.service };
      this.tracker.split(change.service, byVersion(binding, change.weights), this.clock.now());
    }
  }
}

function defaultLatency(random: () => number): HeadlessLatency {
  return {
    callMillis: () => between(random, 15, 60),
    coldStartMillis: () => between(random, 600, 1200),
    warmStartMillis: () => between(random, 20, 50),
  };
}

function between(random: () => number, least: number, most: number): number {
  return least + random() * (most - least);
}

/** @throws {Error} for what is not there. */
export function must<T>(found: T | undefined, what: string): T {
  if (found === undefined) {
    throw new Error(`there is no ${what}`);
  }
  return found;
}
