import { randomUUID } from 'node:crypto';
import type { FunctionFault, FunctionRunner, FunctionSpec, RehearsalClock } from '../contracts';
import { ExecutionEnvironment } from './environment';
import { environmentFailure, serviceFailure } from './failures';

/** Functions that `prewarm` loads beside one another. */
const LOADED_AT_ONCE = 3;

/** What the runner is made from. */
export interface FunctionRunnerOptions {
  readonly functions: readonly FunctionSpec[];
  readonly clock: RehearsalClock;
  /** The local AWS endpoint, for every service. */
  readonly endpointUrl: string;
  /** Access key that the local endpoint takes for a role. */
  readonly accessKeyFor: (roleName: string) => string;
  readonly region: string;
  /** Every line that a function writes to stdout or stderr. */
  readonly onLog?: (functionName: string, line: string) => void;
  readonly faults?: readonly FunctionFault[];
  /** Idle environments kept loaded, of all functions together; the longest unused go first. @default 12 */
  readonly keepWarm?: number;
}

/** Runs functions, and says how long they took to load. */
export interface RehearsalFunctionRunner extends FunctionRunner {
  /** Puts a fault in the way of the next invocations. */
  addFault(fault: FunctionFault): void;
  /** Loads every function once, so that first invocations find them warm. Rejects with what could not be loaded. */
  prewarm(): Promise<void>;
  /** Wall milliseconds the latest cold load of each bundle took, by function name; its worker's own start not counted. */
  readonly loadMillis: ReadonlyMap<string, number>;
}

/** Makes a runner. Nothing is loaded before the first invocation or `prewarm`. */
export function createFunctionRunner(options: FunctionRunnerOptions): RehearsalFunctionRunner {
  return new Runner(options);
}

interface ArmedFault extends FunctionFault {
  left: number;
}

interface Warm {
  readonly spec: FunctionSpec;
  readonly environment: ExecutionEnvironment;
}

class Runner implements RehearsalFunctionRunner {
  readonly loadMillis = new Map<string, number>();
  private readonly faults: ArmedFault[] = [];
  /** Idle environments, the longest unused first. */
  private idle: Warm[] = [];
  private readonly busy = new Set<ExecutionEnvironment>();
  private isStopped = false;

  constructor(private readonly options: FunctionRunnerOptions) {
    for (const fault of options.faults ?? []) this.addFault(fault);
  }

  addFault(fault: FunctionFault): void {
    this.faults.push({ ...fault, left: fault.times });
  }

  async invoke(functionArn: string, payload: unknown): Promise<unknown> {
    const requestId = randomUUID();
    const spec = this.options.functions.find((candidate) => candidate.arn === functionArn);
    if (spec === undefined) {
      const message = `Function not found: ${functionArn}:$LATEST`;
      throw serviceFailure('ResourceNotFoundException', 404, message, requestId);
    }
    const fault = this.takeFault(spec.name);
    if (fault?.kind === 'killed_before') throw environmentFailure({ kind: 'killed' }, requestId);
    const environment = this.acquire(spec, requestId);
    try {
      const result = await environment.invoke({ requestId, payload: JSON.stringify(payload ?? {}) });
      if (fault === undefined) return result === undefined ? null : JSON.parse(result);
      await environment.terminate();
      throw environmentFailure({ kind: 'killed' }, requestId);
    } finally {
      await this.release(spec, environment);
    }
  }

  async prewarm(): Promise<void> {
    const cold = [...this.options.functions];
    const loadSome = async () => {
      for (let spec = cold.shift(); spec !== undefined; spec = cold.shift()) {
        const environment = this.acquire(spec, 'init');
        try {
          await environment.loadMillis;
        } finally {
          await this.release(spec, environment);
        }
      }
    };
    // All at once would take a small machine longer than Lambda lets one load take.
    await Promise.all(Array.from({ length: LOADED_AT_ONCE }, loadSome));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    const all = [...this.busy, ...this.idle.map((warm) => warm.environment)];
    this.idle = [];
    await Promise.all(all.map((environment) => environment.terminate()));
  }

  private takeFault(functionName: string): ArmedFault | undefined {
    const fault = this.faults.find(
      (armed) => armed.left > 0 && (armed.functionName === '*' || armed.functionName === functionName),
    );
    if (fault !== undefined) fault.left -= 1;
    return fault;
  }

  private acquire(spec: FunctionSpec, requestId: string): ExecutionEnvironment {
    if (this.isStopped)
      throw serviceFailure('ServiceException', 500, 'the function runner is stopped', requestId);
    // An environment can crash while it is idle, by what its function left behind.
    this.idle = this.idle.filter((candidate) => candidate.environment.isAlive);
    const warm = this.idle.findLast((candidate) => candidate.spec === spec);
    this.idle = this.idle.filter((candidate) => candidate !== warm);
    const environment = warm?.environment ?? this.create(spec);
    this.busy.add(environment);
    return environment;
  }

  private create(spec: FunctionSpec): ExecutionEnvironment {
    const { clock, endpointUrl, accessKeyFor, region, onLog } = this.options;
    const environment = new ExecutionEnvironment({
      spec,
      clock,
      endpointUrl,
      region,
      accessKeyId: accessKeyFor(spec.roleName),
      onLog: (line) => onLog?.(spec.name, line),
    });
    environment.loadMillis.then(
      (millis) => this.loadMillis.set(spec.name, millis),
      () => undefined,
    );
    return environment;
  }

  private async release(spec: FunctionSpec, environment: ExecutionEnvironment): Promise<void> {
    this.busy.delete(environment);
    if (this.isStopped) await environment.terminate();
    if (!environment.isAlive) return;
    this.idle.push({ spec, environment });
    while (this.idle.length > (this.options.keepWarm ?? 12)) await this.idle.shift()?.environment.terminate();
  }
}
