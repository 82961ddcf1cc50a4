import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createProcessGuard } from '../../tasks/process-guard';
import { DataPlaneUnavailable } from '../errors';
import type { EnvoyAdmin } from './admin';

const KEPT_LINES = 200;
const START_LIMIT_MILLIS = 10_000;
const STOP_LIMIT_MILLIS = 2000;

/** Version number in `envoy --version`. */
function versionIn(output: string): string | undefined {
  return /\/(\d+\.\d+\.\d+)\//.exec(output)?.[1];
}

/**
 * Asks the program for its version, which also proves that it runs on this machine.
 * @throws {DataPlaneUnavailable} when it does not run, such as for want of a newer C library.
 */
export function envoyVersion(binary: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(binary, ['--version'], { timeout: START_LIMIT_MILLIS }, (error, stdout, stderr) => {
      const version = versionIn(stdout);
      if (error === null && version !== undefined) return resolve(version);
      const lines = `${stderr}${stdout}`.split('\n').filter((line) => line.trim() !== '');
      const why = /GLIBC_[\d.]+/.exec(stderr)?.[0];
      const reason =
        why === undefined
          ? (error?.message.split('\n')[0] ?? 'it named no version')
          : `it needs ${why}, which this system does not have`;
      reject(new DataPlaneUnavailable(`envoy at "${binary}" does not run here: ${reason}`, lines.slice(-20)));
    });
  });
}

/** The running proxy program, with the last lines it wrote. */
export class EnvoyProcess {
  private child: ChildProcess | undefined;
  private ended: string | undefined;
  private isLive = false;
  private started = 0;
  private readonly lines: string[] = [];
  private readonly killOnExit = (): void => this.kill('SIGKILL');
  /** Ends the program when this process is killed and cannot. */
  private readonly guard = createProcessGuard();

  constructor(
    private readonly binary: string,
    private readonly args: readonly string[],
    /** Told why, when a live program ends that was not stopped. */
    private readonly onDeath: (why: string) => void = () => undefined,
  ) {}

  /** How often it was started: tells one life from the next. */
  get lives(): number {
    return this.started;
  }

  /**
   * Starts the program, also one that has ended, and resolves once it is live.
   * @throws {DataPlaneUnavailable} when it ends or is not live within 10 s.
   */
  async start(admin: EnvoyAdmin): Promise<void> {
    // Its own process group: Ctrl-C at the terminal must reach us first, so that tasks drain through a living proxy.
    const child = spawn(this.binary, this.args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.child = child;
    this.started += 1;
    this.ended = undefined;
    process.once('exit', this.killOnExit);
    child.once('error', (error) => this.noteEnd(error.message));
    child.once('exit', (code, signal) => {
      this.noteEnd(`it ended with ${signal ?? `code ${code}`}`);
      process.removeListener('exit', this.killOnExit);
      this.guard.remove(child.pid ?? 0);
      this.guard.close();
      const wasLive = this.isLive;
      this.isLive = false;
      if (wasLive) this.onDeath(this.ended ?? '');
    });
    if (child.pid !== undefined) this.guard.add(child.pid);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
    await this.untilLive(admin);
    this.isLive = true;
    // It may have ended in the moment between.
    if (this.ended !== undefined) throw new DataPlaneUnavailable(`envoy did not start: ${this.ended}`);
  }

  /** Kills the program as a crash would. */
  crash(): void {
    this.kill('SIGKILL');
  }

  /** The newest lines it wrote. */
  get lastLines(): readonly string[] {
    return this.lines.slice(-20);
  }

  /** Lines written since `mark`, a former `mark()`. */
  linesSince(mark: number): readonly string[] {
    return this.lines.slice(Math.max(0, this.lines.length - (this.written - mark)));
  }

  /** Position in the log, to be given to `linesSince`. */
  mark(): number {
    return this.written;
  }

  /** Why the program is no longer running; undefined while it is. */
  get failure(): string | undefined {
    return this.ended;
  }

  /** Ends the program: SIGTERM, then SIGKILL after 2 s. Idempotent. */
  async stop(): Promise<void> {
    const child = this.child;
    this.isLive = false;
    if (child === undefined || this.ended !== undefined) return;
    const gone = once(child, 'exit');
    const timer = setTimeout(() => this.kill('SIGKILL'), STOP_LIMIT_MILLIS);
    this.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
  }

  private written = 0;

  private kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  private noteEnd(why: string): void {
    this.ended ??= why;
  }

  private keep(text: string): void {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      this.lines.push(line);
      this.written += 1;
    }
    if (this.lines.length > KEPT_LINES) this.lines.splice(0, this.lines.length - KEPT_LINES);
  }

  private async untilLive(admin: EnvoyAdmin): Promise<void> {
    for (const end = performance.now() + START_LIMIT_MILLIS; performance.now() < end; await wait(10)) {
      if (this.ended !== undefined) {
        // Its last words may still be on their way through the pipe.
        await wait(50);
        throw new DataPlaneUnavailable(`envoy did not start: ${this.ended}`, this.lastLines);
      }
      const state = await admin.get('/ready').catch(() => '');
      if (state.startsWith('LIVE')) return;
    }
    await this.stop();
    throw new DataPlaneUnavailable(
      `envoy was not ready within ${START_LIMIT_MILLIS / 1000} s`,
      this.lastLines,
    );
  }
}
