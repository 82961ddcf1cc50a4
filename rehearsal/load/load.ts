import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LoadCommand, LoadConfig, LoadMessage, LoadReport, LoadSecond } from './types';

const KEPT_OUTPUT_CHARACTERS = 4000;

/** A load that is being made by a process of its own. */
export interface RunningLoad {
  /** Resolves once the process makes its load; rejects when it could not be started. */
  readonly ready: Promise<void>;
  /** Process id, for measuring. */
  readonly pid: number | undefined;
  /** Called after each wall second. */
  on(event: 'second', listener: (second: LoadSecond) => void): void;
  /** Changes the rate from now on, in requests per wall second. */
  setRate(rate: number): void;
  /** Begins no requests until `resume`. */
  pause(): void;
  /** Begins requests again. */
  resume(): void;
  /**
   * Ends the load after the requests under way. Rejects with the process's last words when it ended by itself.
   * Idempotent.
   */
  stop(): Promise<LoadReport>;
  /** Ends the process at once, without a report. */
  kill(): void;
}

/** Program and Node options of the load's process. */
export interface LoadProgram {
  readonly file: string;
  readonly execArgv: readonly string[];
}

/** Beside this module: `load-worker.js` in a bundled CLI, else the source, which `tsx` compiles as it starts. */
export function loadProgram(dir: string = __dirname): LoadProgram {
  const bundled = path.join(dir, 'load-worker.js');
  if (existsSync(bundled)) return { file: bundled, execArgv: [] };
  return { file: path.join(dir, 'worker.ts'), execArgv: ['--import', 'tsx'] };
}

class LoadProcess implements RunningLoad {
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private readonly listeners: ((second: LoadSecond) => void)[] = [];
  private readonly report: Promise<LoadReport>;
  private output = '';
  private stopping = false;
  private readonly killOnExit = (): void => this.kill();

  constructor(config: LoadConfig, program: LoadProgram) {
    this.child = fork(program.file, {
      execArgv: [...program.execArgv],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    process.once('exit', this.killOnExit);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output = `${this.output}${text}`.slice(-KEPT_OUTPUT_CHARACTERS);
    });
    this.ready = this.first('ready').then(() => this.send({ kind: 'start', config }));
    this.report = this.first('report').then((message) => {
      this.child.disconnect();
      return message.report;
    });
    // Whoever asks sees the rejection; nobody asking must not end the program.
    this.ready.catch(() => undefined);
    this.report.catch(() => undefined);
    this.child.on('message', (message: LoadMessage) => {
      if (message.kind === 'second') for (const listener of this.listeners) listener(message.second);
    });
    this.child.once('exit', () => process.removeListener('exit', this.killOnExit));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  on(_event: 'second', listener: (second: LoadSecond) => void): void {
    this.listeners.push(listener);
  }

  setRate(rate: number): void {
    this.send({ kind: 'rate', rate });
  }

  pause(): void {
    this.send({ kind: 'pause' });
  }

  resume(): void {
    this.send({ kind: 'resume' });
  }

  async stop(): Promise<LoadReport> {
    if (!this.stopping) {
      this.stopping = true;
      await this.ready;
      this.send({ kind: 'stop' });
    }
    return this.report;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private send(command: LoadCommand): void {
    if (this.child.connected) this.child.send(command);
  }

  private first<K extends LoadMessage['kind']>(kind: K): Promise<Extract<LoadMessage, { kind: K }>> {
    return new Promise((resolve, reject) => {
      this.child.on('message', (message: LoadMessage) => {
        if (message.kind === kind) resolve(message as Extract<LoadMessage, { kind: K }>);
      });
      const fail = (why: string): void =>
        reject(new Error(`the load generator ${why}: ${this.output.trim()}`));
      this.child.once('error', (error) => fail(`did not start (${error.message})`));
      this.child.once('close', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
    });
  }
}

/**
 * Starts making a load in a process of its own, so that its event loop and the rehearsal's do not disturb each other.
 * @throws RangeError when the configuration has no journey with a step, or a rate below 0.
 */
export function startLoad(config: LoadConfig, program: LoadProgram = loadProgram()): RunningLoad {
  const usable = config.journeys.filter(({ weight = 1, steps }) => weight > 0 && steps.length > 0);
  if (usable.length === 0)
    throw new RangeError('a load needs at least one journey with a weight above 0 and a step');
  if (!(config.rate >= 0)) throw new RangeError(`a load's rate is ${config.rate}; it must be 0 or above`);
  return new LoadProcess({ ...config, journeys: usable }, program);
}
