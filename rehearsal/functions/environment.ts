import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicWallMillis } from '../clock/rehearsal-clock';
import type { FunctionSpec, RehearsalClock } from '../contracts';
import { type EnvironmentEnd, environmentFailure, type ThrownError, thrownFailure } from './failures';
import { packageRoot } from './package-root';

/** Seconds that Lambda gives a function to load. */
const LOAD_LIMIT_SECONDS = 10;

/** What an execution environment is made from. */
export interface EnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly clock: RehearsalClock;
  readonly endpointUrl: string;
  readonly accessKeyId: string;
  readonly region: string;
  readonly onLog: (line: string) => void;
}

type WorkerMessage =
  | { readonly kind: 'loaded'; readonly millis: number }
  | { readonly kind: 'load_failed'; readonly error: ThrownError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload?: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: ThrownError };

interface WorkerOutput {
  readonly kind: 'output';
  readonly text: string;
}

/** One invocation. */
export interface EnvironmentRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
}

/** A worker thread that holds one function, loaded once, and handles one event at a time. */
export class ExecutionEnvironment {
  private readonly worker: Worker;
  private readonly log: LineSplitter;
  private readonly loaded: Promise<number>;
  private answer: (message: WorkerMessage) => void = () => undefined;
  private end: (end: EnvironmentEnd) => void = () => undefined;
  private hasEnded = false;

  constructor(private readonly options: EnvironmentOptions) {
    const { spec, onLog } = options;
    this.log = new LineSplitter(onLog);
    this.worker = startWorker(options);
    // An idle environment must not keep the process from ending; a busy one is held by the timer of its limit.
    // Before the worker is online, Node ignores unref.
    this.worker.once('online', () => this.worker.unref());
    this.loaded = this.waitForLoad();
    this.loaded.catch(() => undefined);
    this.worker.on('message', (message: WorkerMessage | WorkerOutput) => {
      if (message.kind === 'output') this.log.add(message.text);
      else this.answer(message);
    });
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      onLog(`${spec.name}: ${error.stack ?? error.message}`);
      this.finish(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? { kind: 'out_of_memory' } : { kind: 'exit', code: 1 },
      );
    });
    this.worker.on('exit', (code) => this.finish({ kind: 'exit', code }));
  }

  /** Whether it can take another event. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Wall milliseconds that loading the bundle took; rejects with a FunctionError when it could not be loaded. */
  get loadMillis(): Promise<number> {
    return this.loaded;
  }

  /** Handles one event and resolves with the result's JSON text. Rejects with a FunctionError. */
  async invoke(request: EnvironmentRequest): Promise<string | undefined> {
    await this.loaded;
    const { timeoutSeconds } = this.options.spec;
    const answer = this.within(timeoutSeconds, request.requestId);
    this.worker.postMessage({
      requestId: request.requestId,
      payload: request.payload,
      deadlineWallMillis: monotonicWallMillis() + timeoutSeconds * 1000,
    });
    const message = await answer;
    this.log.flush();
    if (message.kind === 'error') throw thrownFailure(message.error);
    return message.kind === 'result' ? message.payload : undefined;
  }

  /** Ends the thread, whatever it does. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private async waitForLoad(): Promise<number> {
    const message = await this.within(LOAD_LIMIT_SECONDS, 'init');
    if (message.kind === 'loaded') return message.millis;
    this.hasEnded = true;
    void this.worker.terminate();
    throw message.kind === 'load_failed'
      ? thrownFailure(message.error)
      : new Error('the worker spoke out of turn');
  }

  /** The next message, or a FunctionError once the time (wall: see the README) is up or the thread has ended. */
  private within(seconds: number, requestId: string): Promise<WorkerMessage> {
    return new Promise((resolve, reject) => {
      if (this.hasEnded) {
        reject(environmentFailure({ kind: 'exit', code: 1 }, requestId));
        return;
      }
      const timer = setTimeout(() => {
        this.finish({ kind: 'timeout', seconds });
        void this.worker.terminate();
      }, seconds * 1000);
      this.answer = (message) => {
        clearTimeout(timer);
        resolve(message);
      };
      this.end = (end) => {
        clearTimeout(timer);
        reject(environmentFailure(end, requestId));
      };
    });
  }

  private finish(end: EnvironmentEnd): void {
    this.hasEnded = true;
    this.log.flush();
    this.end(end);
  }
}

function startWorker(options: EnvironmentOptions): Worker {
  const { spec, clock } = options;
  return new Worker(path.join(packageRoot(), 'rehearsal', 'functions', 'worker.js'), {
    env: environmentVariables(options),
    // Options of this process, such as a compiler's loader, are not the function's.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb },
    workerData: {
      bundleDir: path.resolve(spec.bundleDir),
      handler: spec.handler,
      functionName: spec.name,
      functionArn: spec.arn,
      memoryMb: spec.memoryMb,
      time: clock.shared,
    },
  });
}

/** The variables that a function finds: its own, Lambda's, and those that lead its clients here. */
export function environmentVariables(
  options: Pick<EnvironmentOptions, 'spec' | 'region' | 'endpointUrl' | 'accessKeyId'>,
): Record<string, string> {
  const { spec, region, endpointUrl, accessKeyId } = options;
  return {
    ...spec.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
    // The local endpoint checks who signs, not the signature: any value serves, and none is ever written down.
    AWS_SECRET_ACCESS_KEY: randomBytes(20).toString('hex'),
    AWS_SESSION_TOKEN: randomBytes(20).toString('hex'),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LAMBDA_TASK_ROOT: path.resolve(spec.bundleDir),
    _HANDLER: spec.handler,
    TZ: 'UTC',
  };
}

/** Cuts text into lines as it comes. */
export class LineSplitter {
  private rest = '';
  constructor(private readonly onLine: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
  }

  /** Gives out a last line that has no end. */
  flush(): void {
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }
}
