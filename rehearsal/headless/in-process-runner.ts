import { randomUUID } from 'node:crypto';
import { FunctionError, type FunctionFault, type FunctionSpec } from '../contracts';
import { environmentVariables } from '../functions/environment';
import { environmentFailure, serviceFailure, thrownFailure } from '../functions/failures';
import type { FunctionRunnerOptions, RehearsalFunctionRunner } from '../functions/function-runner';
import type { Carry } from './in-process-http';
import { Sandbox } from './sandbox';
import type { Work } from './work';

/** Virtual milliseconds that things take. */
export interface HeadlessLatency {
  /** One call of a function to AWS. */
  readonly callMillis: () => number;
  /** Until a function that was not loaded begins. */
  readonly coldStartMillis: () => number;
  /** Until a loaded function begins, and what its own code takes. */
  readonly warmStartMillis: () => number;
}

/** What the runner is made from, beside what every runner is. */
export interface InProcessRunnerOptions extends FunctionRunnerOptions {
  readonly dispatch: Carry;
  readonly work: Work;
  readonly latency: HeadlessLatency;
  readonly random: () => number;
  /** Functions that may run at once, all together, as an account's concurrency quota says. */
  readonly concurrency: number;
}

/** One invocation as Lambda bills it. */
export interface Invocation {
  readonly functionName: string;
  /** Virtual, milliseconds since the Unix epoch. */
  readonly at: number;
  /** From the beginning of its start to its answer, virtual. */
  readonly millis: number;
  readonly memoryMb: number;
  readonly isCold: boolean;
  readonly error: string | null;
}

/** Runs synthesized bundles in this process, on the virtual clock: time limits, delays and concurrency are virtual. */
export class InProcessRunner implements RehearsalFunctionRunner {
  readonly loadMillis = new Map<string, number>();
  /** Every invocation that has ended, oldest first. */
  readonly invocations: Invocation[] = [];
  /** Most functions that ran at once. */
  peakConcurrency = 0;
  /** Invocations that the concurrency quota refused. */
  throttled = 0;
  /** What functions wrote to their logs. */
  logBytes = 0;
  private readonly specs: ReadonlyMap<string, FunctionSpec>;
  private readonly idle = new Map<string, Sandbox[]>();
  private readonly faults: { readonly fault: FunctionFault; left: number }[] = [];
  private running = 0;

  constructor(private readonly options: InProcessRunnerOptions) {
    this.specs = new Map(options.functions.map((spec) => [spec.arn, spec]));
  }

  addFault(fault: FunctionFault): void {
    this.faults.push({ fault, left: fault.times });
  }

  /** Nothing is loaded ahead: loading takes virtual time only. */
  async prewarm(): Promise<void> {}

  async invoke(functionArn: string, payload: unknown): Promise<unknown> {
    const requestId = randomUUID();
    const spec = this.specs.get(functionArn);
    if (spec === undefined) {
      const message = `Function not found: ${functionArn}:$LATEST`;
      throw serviceFailure('ResourceNotFoundException', 404, message, requestId);
    }
    if (this.running >= this.options.concurrency) {
      this.throttled += 1;
      throw serviceFailure('TooManyRequestsException', 429, 'Rate Exceeded.', requestId);
    }
    this.running += 1;
    this.peakConcurrency = Math.max(this.peakConcurrency, this.running);
    try {
      return await this.run(spec, payload, requestId);
    } finally {
      this.running -= 1;
    }
  }

  async stop(): Promise<void> {
    for (const sandbox of [...this.idle.values()].flat()) {
      sandbox.end();
    }
    this.idle.clear();
  }

  private async run(spec: FunctionSpec, payload: unknown, requestId: string): Promise<unknown> {
    const { clock, latency } = this.options;
    const fault = this.takeFault(spec.name);
    if (fault?.kind === 'killed_before') {
      throw environmentFailure({ kind: 'killed' }, requestId);
    }
    const at = clock.now();
    const warm = this.idle.get(spec.name)?.pop();
    await clock.sleep(warm === undefined ? latency.coldStartMillis() : latency.warmStartMillis());
    const sandbox = warm ?? this.load(spec);
    const done = (error: string | null) =>
      this.invocations.push({
        functionName: spec.name,
        at,
        millis: clock.now() - at,
        memoryMb: spec.memoryMb,
        isCold: warm === undefined,
        error,
      });
    try {
      const result = await this.within(sandbox, { spec, payload, requestId });
      if (fault !== undefined) {
        throw environmentFailure({ kind: 'killed' }, requestId);
      }
      done(null);
      this.idle.set(spec.name, [...(this.idle.get(spec.name) ?? []), sandbox]);
      return result;
    } catch (thrown) {
      const failure = asFailure(thrown);
      done(failure.errorType);
      sandbox.end();
      throw failure;
    }
  }

  private async within(
    sandbox: Sandbox,
    call: { readonly spec: FunctionSpec; readonly payload: unknown; readonly requestId: string },
  ): Promise<unknown> {
    const { clock, work } = this.options;
    const { spec, payload, requestId } = call;
    const over = new AbortController();
    const deadline = clock.now() + spec.timeoutSeconds * 1000;
    const timeout = clock.sleep(spec.timeoutSeconds * 1000, over.signal).then(() => {
      throw environmentFailure({ kind: 'timeout', seconds: spec.timeoutSeconds }, requestId);
    });
    work.begin(sandbox);
    try {
      const event: unknown = JSON.parse(JSON.stringify(payload ?? {}));
      const answer = sandbox.invoke(
        event,
        contextOf(spec, requestId, () => deadline - clock.now()),
      );
      const result = await Promise.race([answer, timeout]);
      return result === undefined ? null : JSON.parse(JSON.stringify(result));
    } finally {
      work.end(sandbox);
      timeout.catch(() => undefined);
      over.abort(new Error('the invocation is over'));
    }
  }

  private load(spec: FunctionSpec): Sandbox {
    const { endpointUrl, accessKeyFor, region, onLog, clock, dispatch, latency, random } = this.options;
    const began = performance.now();
    const accessKeyId = accessKeyFor(spec.roleName);
    const sandbox = new Sandbox({
      spec,
      clock,
      dispatch,
      random,
      variables: environmentVariables({ spec, region, endpointUrl, accessKeyId }),
      callMillis: latency.callMillis,
      onLog: (line) => {
        this.logBytes += Buffer.byteLength(line) + 1;
        onLog?.(spec.name, line);
      },
    });
    this.loadMillis.set(spec.name, performance.now() - began);
    return sandbox;
  }

  private takeFault(functionName: string): FunctionFault | undefined {
    const armed = this.faults.find(
      ({ fault, left }) => left > 0 && (fault.functionName === '*' || fault.functionName === functionName),
    );
    if (armed !== undefined) {
      armed.left -= 1;
    }
    return armed?.fault;
  }
}

function contextOf(spec: FunctionSpec, requestId: string, left: () => number): Record<string, unknown> {
  return {
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: spec.arn,
    memoryLimitInMB: String(spec.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: 'rehearsal',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(left())),
  };
}

/** As Lambda tells a caller: what the function threw, by name. */
function asFailure(thrown: unknown): FunctionError {
  if (thrown instanceof FunctionError) {
    return thrown;
  }
  const { name = 'Error', message = String(thrown), stack = '' } = thrown as Partial<Error>;
  return thrownFailure({ errorType: name, errorMessage: message, trace: stack.split('\n') });
}
