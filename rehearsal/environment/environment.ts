import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DeployableAssembly } from '../assembly/describe/deployable';
import { createRehearsalClock } from '../clock/rehearsal-clock';
import type { CallRecord, DataPlane, RehearsalClock, TaskRunner } from '../contracts';
import { type ChosenDataPlane, createDataPlane } from '../data-plane/create';
import type { BuiltImage } from '../images';
import { MetricsAgent } from '../metrics-agent/agent';
import { publishTo } from '../metrics-agent/publish';
import { createTaskRunner } from '../tasks';
import { type AwsSide, startAwsSide } from './aws-side';
import { CallLog } from './call-log';
import { EventBus } from './event-bus';
import { MeshSync } from './mesh-sync';
import { meshTasks } from './mesh-tasks';
import { RolloutTracker } from './rollout-tracker';
import { splitsIn } from './splits';
import { TaskLogStreams } from './task-log-streams';

/** What an environment is made from. */
export interface EnvironmentOptions {
  readonly deployable: DeployableAssembly;
  /** Environment name of platform.yaml; also the mesh's name. */
  readonly name: string;
  readonly speed: number;
  readonly dataPlane: 'auto' | 'envoy' | 'embedded';
  /** Folder for what this run writes. */
  readonly workDir: string;
  /** Folder that outlives runs. */
  readonly cacheDir: string;
  /** Python environment with Envoy, PostgreSQL and Valkey. */
  readonly venv: string;
  readonly metricLatenessMillis: number;
  readonly secret: (name: string) => string;
  /** Idle function environments kept loaded; each takes memory. @default the function runner's */
  readonly keepWarm?: number;
  /** Calls that are kept, for rehearsals of hours. @default all */
  readonly keptCalls?: number;
  /** Rollouts that are kept. @default all */
  readonly keptRollouts?: number;
  readonly onProblem: (error: unknown) => void;
  /** The proxy ends again and again: nothing that follows means anything. @default told as a problem */
  readonly onLost?: (error: Error) => void;
}

/** A platform that runs on this machine: the deployed assembly, its proxies, its tasks and its agent. */
export interface Environment {
  readonly clock: RehearsalClock;
  readonly aws: AwsSide;
  readonly dataPlane: DataPlane;
  readonly dataPlaneWhy: string;
  readonly tracker: RolloutTracker;
  readonly agent: MetricsAgent;
  readonly bus: EventBus;
  readonly tasks: TaskRunner;
  /** Images by URI; a pipeline adds what it built. */
  readonly images: Map<string, BuiltImage>;
  /** All calls, or the newest where `keptCalls` was given. */
  readonly calls: readonly CallRecord[];
  /** How many calls there were, kept or not. */
  readonly callCounts: () => { readonly total: number; readonly denied: number };
  /** Adds a call that AWS would make and the rehearsal does not, such as a pipeline's for its source. */
  readonly noteCall: (call: CallRecord) => void;
  /** Lines that tasks and functions wrote, newest last, bounded. */
  readonly logs: readonly string[];
  /** Address of the ingress gateway. */
  readonly ingressUrl: string;
  /** Ends everything: no process and no port is left. Idempotent. */
  stop(): Promise<void>;
}

const MAX_LOG_LINES = 5000;

/** Starts the platform that an assembly describes. What was started is ended again when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const ends: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const end of ends.reverse()) {
        await end().catch(options.onProblem);
      }
    })();
    return stopping;
  };
  try {
    return { ...(await start(options, ends)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: EnvironmentOptions,
  ends: (() => Promise<void>)[],
): Promise<Omit<Environment, 'stop'>> {
  mkdirSync(options.workDir, { recursive: true });
  const clock = createRehearsalClock({ speed: options.speed });
  const chosen = await createDataPlane({
    prefer: options.dataPlane,
    clock,
    venv: options.venv,
    workDir: join(options.workDir, 'proxy'),
    onRestart: (told) => options.onProblem(new Error(told)),
    onLost: options.onLost ?? options.onProblem,
  });
  ends.push(() => chosen.dataPlane.stop());
  const images = new Map<string, BuiltImage>();
  const logs = boundedLog();
  const taskLogs = new TaskLogStreams();
  const tasks = startTasks(options, {
    clock,
    chosen,
    images,
    log: (taskId, container, line) => {
      logs.add(`${taskId.slice(0, 8)} ${container}: ${line}`);
      taskLogs.append(taskId, container, line);
    },
  });
  ends.push(() => tasks.stopAll());
  const log = new CallLog(options.keptCalls ?? Number.POSITIVE_INFINITY);
  const tracker = new RolloutTracker(options.keptRollouts);
  const { aws, bus } = await startAws(
    options,
    { clock, tasks, taskLogs, dataPlane: chosen.dataPlane, tracker, log },
    ends,
  );
  const agent = startAgent(options, { clock, aws, dataPlane: chosen.dataPlane });
  ends.push(() => agent.stop());
  const gateway = chosen.dataPlane.gatewayAddress(`${options.name}-ingress`);
  return {
    clock,
    aws,
    bus,
    agent,
    tasks,
    images,
    tracker,
    calls: log.calls,
    callCounts: () => log.counts(),
    noteCall: (call) => log.add(call),
    logs: logs.lines,
    dataPlane: chosen.dataPlane,
    dataPlaneWhy: chosen.why,
    ingressUrl: `http://${gateway.host}:${gateway.port}`,
  };
}

interface AwsParts {
  readonly clock: RehearsalClock;
  readonly tasks: TaskRunner;
  readonly taskLogs: TaskLogStreams;
  readonly dataPlane: DataPlane;
  readonly tracker: RolloutTracker;
  readonly log: CallLog;
}

/** Starts the local AWS, and keeps proxies, tracker and event rules informed of what happens in it. */
async function startAws(
  options: EnvironmentOptions,
  parts: AwsParts,
  ends: (() => Promise<void>)[],
): Promise<{ aws: AwsSide; bus: EventBus }> {
  const late: { sync?: MeshSync; bus?: EventBus; aws?: AwsSide } = {};
  const aws = await startAwsSide({
    clock: parts.clock,
    deployable: options.deployable,
    tasks: parts.tasks,
    ...(options.keepWarm === undefined ? {} : { keepWarm: options.keepWarm }),
    changed: () => {
      late.sync?.changed();
      noteSplits(options.name, late.aws, parts);
    },
    onCall: (call) => parts.log.add(call),
    onState: (event) => parts.tracker.state(event),
    onStatus: (event) => {
      parts.tracker.status(event);
      late.bus?.publish(event);
    },
  });
  late.aws = aws;
  parts.taskLogs.bind(aws);
  ends.push(() => aws.stop());
  const { account, region, eventRules } = aws.deployed;
  late.bus = new EventBus({
    rules: eventRules.filter(({ enabled }) => enabled),
    functions: aws.functions,
    account,
    region,
    // Lambda waits a minute before it tries an event again, then two.
    retryMillis: 60_000,
    wait: (millis) => parts.clock.sleep(millis),
    onError: options.onProblem,
  });
  ends.push(async () => late.bus?.settled());
  late.sync = new MeshSync(parts.dataPlane, meshSources(options.name, aws), options.onProblem);
  ends.push(async () => late.sync?.stop());
  late.sync.changed();
  await Promise.all([late.sync.settled(), aws.functions.prewarm()]);
  return { aws, bus: late.bus };
}

function startTasks(
  options: EnvironmentOptions,
  parts: {
    clock: RehearsalClock;
    chosen: ChosenDataPlane;
    images: Map<string, BuiltImage>;
    log: (taskId: string, container: string, line: string) => void;
  },
): TaskRunner {
  return createTaskRunner({
    clock: parts.clock,
    venv: options.venv,
    workDir: join(options.workDir, 'tasks'),
    cacheDir: join(options.cacheDir, 'tasks'),
    images: (uri) => parts.images.get(uri),
    secrets: options.secret,
    egress: (node, virtualService, port) => parts.chosen.dataPlane.egressAddress(node, virtualService, port),
    onLog: parts.log,
  });
}

function startAgent(
  options: EnvironmentOptions,
  parts: { clock: RehearsalClock; aws: AwsSide; dataPlane: DataPlane },
): MetricsAgent {
  const client = new CloudWatchClient({
    region: options.deployable.region,
    endpoint: parts.aws.endpoint.url,
    credentials: {
      accessKeyId: parts.aws.principals.accessKeyFor('cloudwatch-agent'),
      secretAccessKey: 'none',
    },
  });
  const agent = new MetricsAgent({
    clock: parts.clock,
    mesh: options.name,
    read: () => parts.dataPlane.counters(),
    publish: publishTo(client),
    latenessMillis: options.metricLatenessMillis,
    onError: options.onProblem,
  });
  agent.start();
  return agent;
}

function meshSources(mesh: string, aws: AwsSide): ConstructorParameters<typeof MeshSync>[1] {
  return {
    mesh: () => (aws.appMesh.meshNames().includes(mesh) ? aws.appMesh.snapshot(mesh) : null),
    instances: () => aws.cloudMap.instances(),
    tasks: () => meshTasks(aws.ecs.tasks()),
  };
}

/** Tells the tracker every service's split, by version, as its route has it now. */
function noteSplits(mesh: string, aws: AwsSide | undefined, { tracker, clock }: AwsParts): void {
  if (aws !== undefined) {
    for (const [service, weights] of splitsIn(mesh, aws.appMesh)) {
      tracker.split(service, weights, clock.now());
    }
  }
}

function boundedLog(): { readonly lines: string[]; add(line: string): void } {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => {
      lines.push(line);
      if (lines.length > MAX_LOG_LINES) {
        lines.splice(0, MAX_LOG_LINES / 10);
      }
    },
  };
}
