import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Writable } from 'node:stream';
import vm from 'node:vm';
import { installVirtualDate } from '../clock/virtual-date';
import type { FunctionSpec, RehearsalClock } from '../contracts';
import { LineSplitter } from '../functions/environment';
import { type Carry, createRequest } from './in-process-http';
import type { Worker } from './work';

/** What a sandbox is made from. */
export interface SandboxOptions {
  readonly spec: FunctionSpec;
  readonly clock: RehearsalClock;
  /** The function's environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly dispatch: Carry;
  /** Virtual milliseconds that one call to AWS takes. */
  readonly callMillis: () => number;
  readonly random: () => number;
  readonly onLog: (line: string) => void;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Bundle = (...scope: readonly unknown[]) => unknown;

/** Names that a bundle finds in place of those of this process. */
const SCOPE = [
  ...['exports', 'require', 'module', '__filename', '__dirname'],
  ...['process', 'Date', 'Math', 'setTimeout', 'clearTimeout', 'importHere'],
];
/** Made once: clients set several timers for each call, and clear nearly all of them. */
const CLEARED = new Error('the timer was cleared');
/** Code that is compiled here may not import by itself. */
const IMPORTS = /(?<![\w$.])import\(/g;

/**
 * One function's environment in this process: its synthesized bundle, loaded for it alone, whose time, timers, jitter
 * and network are those of the headless run. It handles one event at a time, as Lambda's do.
 */
export class Sandbox implements Worker {
  readonly name: string;
  private readonly timers = new Set<AbortController>();
  private readonly log: LineSplitter;
  private readonly handler: Handler;
  private dispatching = 0;
  private isEnded = false;

  constructor(private readonly options: SandboxOptions) {
    this.name = options.spec.name;
    this.log = new LineSplitter(options.onLog);
    this.handler = this.load();
  }

  /** Asleep is who waits for the virtual clock: an answer on its way, or a retry's delay. */
  isBusy(): boolean {
    return this.dispatching > 0 || this.timers.size === 0;
  }

  /** Handles one event. Rejects with what the function threw. */
  async invoke(event: unknown, context: unknown): Promise<unknown> {
    try {
      return await this.handler(event, context);
    } finally {
      this.log.flush();
    }
  }

  /** Ends it wherever it is: no timer fires any more, and no call goes out. */
  end(): void {
    this.isEnded = true;
    for (const timer of this.timers) {
      timer.abort(new Error('the sandbox has ended'));
    }
    this.timers.clear();
  }

  private load(): Handler {
    const { spec } = this.options;
    const [name = '', exported = ''] = spec.handler.split('.');
    const file = path.resolve(spec.bundleDir, `${name}.js`);
    const module: { exports: Record<string, unknown> } = { exports: {} };
    const process = this.processOf();
    const require = this.requireFrom(file, process);
    bundleIn(file)(
      module.exports,
      require,
      module,
      file,
      path.dirname(file),
      process,
      virtualDate(() => this.options.clock.now()),
      Object.create(Math, { random: { value: this.options.random } }),
      (run: () => void, millis = 0) => this.sleep(millis, run),
      (timer: unknown) => this.wake(timer),
      async (name: string) => require(name),
    );
    const handler = module.exports[exported];
    if (typeof handler !== 'function') {
      throw new Error(
        `bundle "${file}" of function "${spec.name}" exports no "${exported}"; synthesize again`,
      );
    }
    return handler as Handler;
  }

  private requireFrom(file: string, process: NodeJS.Process): (name: string) => unknown {
    const real = createRequire(file);
    const http = {
      ...(real('node:http') as object),
      request: createRequest((request) => this.carry(request)),
    };
    return (name) => {
      const bare = name.replace(/^node:/, '');
      return bare === 'http' ? http : bare === 'process' ? process : real(name);
    };
  }

  private processOf(): NodeJS.Process {
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.log.add(chunk.toString());
        done();
      },
    });
    return Object.create(process, {
      env: { value: { ...this.options.variables } },
      stdout: { value: output },
      stderr: { value: output },
    });
  }

  private async carry(...[request]: Parameters<Carry>): ReturnType<Carry> {
    await new Promise<void>((resolve) => this.sleep(this.options.callMillis(), resolve));
    this.dispatching += 1;
    try {
      return await this.options.dispatch(request);
    } finally {
      this.dispatching -= 1;
    }
  }

  private sleep(millis: number, run: () => void): AbortController {
    const timer = new AbortController();
    if (this.isEnded) {
      return timer;
    }
    this.timers.add(timer);
    const fire = () => {
      if (this.timers.delete(timer)) {
        run();
      }
    };
    // A timer that was cleared has nothing to report.
    this.options.clock.sleep(Math.max(1, millis), timer.signal).then(fire, () => undefined);
    return timer;
  }

  private wake(timer: unknown): void {
    if (timer instanceof AbortController && this.timers.delete(timer)) {
      timer.abort(CLEARED);
    }
  }
}

function virtualDate(now: () => number): DateConstructor {
  const target = { Date };
  installVirtualDate({ now, target });
  return target.Date;
}

const bundles = new Map<string, Bundle>();

/** The bundle's code, compiled once; each call runs it anew, with a scope of its own. */
function bundleIn(file: string): Bundle {
  const known = bundles.get(file);
  if (known !== undefined) {
    return known;
  }
  const code = readFileSync(file, 'utf8').replaceAll(IMPORTS, 'importHere(');
  const script = new vm.Script(`(function (${SCOPE.join(', ')}) {${code}\n})`, { filename: file });
  const bundle = script.runInThisContext() as Bundle;
  bundles.set(file, bundle);
  return bundle;
}
