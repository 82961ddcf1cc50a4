import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskChange, TaskRequest } from '../contracts';
import { type BuiltImage, mapIfPresent, toHostCommand } from '../images';
import type { AddressPool } from './addresses';
import { readHealthCheck, readTaskParts, type TaskParts } from './container';
import { taskEnvironment } from './environment';
import { awaitFirstSign } from './first-sign';
import { runCheckCommand, runHealthChecks } from './health-check';
import { preparePostgres } from './postgres';
import { type ProcessGroup, startProcessGroup } from './process-group';
import type { ProcessGuard } from './process-guard';
import { type ProcessSpec, type TaskRunnerOptions, TaskStartError } from './types';
import { prepareValkey } from './valkey';
import { intoMounts, type VolumeFolders } from './volumes';

const KEPT_LOG_LINES = 20;
const SHORTEST_STOP_WALL_MILLIS = 1000;
const DEFAULT_STOP_SECONDS = 30;
/** A process that neither listens nor exits in this time counts as running. */
const FIRST_SIGN_WALL_MILLIS = 1000;
const DEFAULT_FLOOR = { starting: 200, steady: 3000 };

/** One task from start to end. `stopped` is reported exactly once. */
export class Task {
  private readonly taskDir: string;
  private readonly ended = new AbortController();
  private readonly logLines: string[] = [];
  private group: ProcessGroup | undefined;
  private stopReason: string | undefined;
  private stopTimeoutSeconds = DEFAULT_STOP_SECONDS;
  private wakeIdle: (() => void) | undefined;
  private readonly leftovers: string[] = [];
  /** Resolves when the task has stopped and its folder is gone. */
  readonly finished: Promise<void>;

  constructor(
    private readonly options: TaskRunnerOptions,
    private readonly addresses: AddressPool,
    private readonly guard: ProcessGuard,
    private readonly volumes: VolumeFolders,
    private readonly request: TaskRequest,
    private readonly onChange: (change: TaskChange) => void,
  ) {
    this.taskDir = join(options.workDir, request.taskId);
    // A macrotask later, so that the caller knows the task before it hears of it.
    this.finished = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.live());
  }

  /** Asks the task to stop, and makes it stop when its time is over. */
  async stop(reason: string): Promise<void> {
    if (this.stopReason === undefined) {
      this.stopReason = reason;
      this.wakeIdle?.();
      if (this.group !== undefined) this.signalThenKill(this.group);
    }
    await this.finished;
  }

  /** Ends the task at once. */
  async kill(): Promise<void> {
    this.stopReason ??= 'Rehearsal ended';
    this.wakeIdle?.();
    this.group?.kill();
    await this.finished;
  }

  /** Kills the application; what follows is what follows a crash. */
  crash(): void {
    this.group?.kill();
  }

  private async live(): Promise<void> {
    let exit: { exitCode?: number; reason: string };
    try {
      exit = await this.runToTheEnd();
    } catch (error) {
      exit = this.explain(error);
    }
    this.ended.abort(new Error('task ended'));
    for (const path of [this.taskDir, ...this.leftovers]) rmSync(path, { recursive: true, force: true });
    const { reason, exitCode } = exit;
    this.onChange({
      kind: 'stopped',
      stoppedReason: this.stopReason ?? reason,
      lastLogLines: this.logLines,
      ...(exitCode === undefined ? {} : { exitCode }),
    });
  }

  private async runToTheEnd(): Promise<{ exitCode?: number; reason: string }> {
    const parts = readTaskParts(this.request.taskDefinition);
    const image = parts.app === undefined ? undefined : this.pull(parts.app);
    const ip = await this.addresses.next();
    mkdirSync(join(this.taskDir, 'tmp'), { recursive: true });
    if (parts.app === undefined || image === undefined) return this.idle(ip, parts);
    const spec = await this.prepare(parts.app, parts, image, ip);
    if (this.stopReason !== undefined) return { reason: this.stopReason };
    this.group = await startProcessGroup(spec, this.guard, (line) => this.log(line));
    this.stopTimeoutSeconds = parts.app.stopTimeout ?? DEFAULT_STOP_SECONDS;
    this.stopSignal = spec.stopSignal;
    const port = parts.app.portMappings?.[0]?.containerPort;
    await awaitFirstSign(ip, port, this.group.exited, FIRST_SIGN_WALL_MILLIS);
    this.onChange({ kind: 'running', ip });
    // Stopped while it was being started.
    if (this.stopReason !== undefined) this.signalThenKill(this.group);
    this.checkHealth(parts, parts.app, image, spec);
    const exitCode = await this.group.exited;
    return { exitCode, reason: `Essential container in task exited${this.addressHint(spec)}` };
  }

  private stopSignal: NodeJS.Signals = 'SIGTERM';

  /** A task without an application: the data plane does its work, here it only exists. */
  private async idle(ip: string, parts: TaskParts): Promise<{ exitCode: number; reason: string }> {
    this.onChange({ kind: 'running', ip });
    if (parts.hasHealthCheck) this.onChange({ kind: 'health', status: 'HEALTHY' });
    await new Promise<void>((resolve) => {
      this.wakeIdle = resolve;
      if (this.stopReason !== undefined) resolve();
    });
    return { exitCode: 0, reason: 'Essential container in task exited' };
  }

  private pull(app: ContainerDefinition): BuiltImage {
    const image = this.options.images(app.image ?? '');
    if (image !== undefined) return image;
    throw new TaskStartError(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${app.image}: not found`,
    );
  }

  private async prepare(
    app: ContainerDefinition,
    { node }: TaskParts,
    image: BuiltImage,
    ip: string,
  ): Promise<ProcessSpec> {
    const { secrets, egress, venv, cacheDir } = this.options;
    const mounts = this.volumes.mountsOf(this.request.taskDefinition, app);
    const env = taskEnvironment(app, {
      image,
      ip,
      home: this.taskDir,
      secrets,
      mounts,
      ...(node === undefined ? {} : { egress: (name: string, port: number) => egress(node, name, port) }),
    });
    if (image.kind === 'postgres') {
      const spec = await preparePostgres(image, env, {
        venv,
        cacheDir,
        taskDir: this.taskDir,
        guard: this.guard,
        mounts,
      });
      if (!spec.isKept) this.leftovers.push(spec.dataDir);
      return spec;
    }
    if (image.kind === 'valkey') return prepareValkey(image, env, { venv, taskDir: this.taskDir, mounts });
    const command = [
      ...(app.entryPoint ?? image.entrypoint),
      ...(app.command ?? (app.entryPoint ? [] : image.cmd)),
    ];
    return {
      argv: toHostCommand(
        image.root,
        command.map((part) => intoMounts(mounts, part)),
      ),
      cwd:
        app.workingDirectory === undefined ? image.workdir : mapIfPresent(image.root, app.workingDirectory),
      env,
      stopSignal: image.stopSignal as NodeJS.Signals,
    };
  }

  private checkHealth(
    parts: TaskParts,
    app: ContainerDefinition,
    image: BuiltImage,
    spec: ProcessSpec,
  ): void {
    const plan = readHealthCheck(app.healthCheck);
    if (plan === undefined) {
      if (parts.hasHealthCheck) this.onChange({ kind: 'health', status: 'HEALTHY' });
      return;
    }
    const { abortSignal: _unused, ...base } = spec;
    const command: ProcessSpec = {
      ...base,
      argv: toHostCommand(image.root, plan.argv),
      cwd: this.checkFolder(image),
    };
    runHealthChecks({
      plan,
      clock: this.options.clock,
      floor: this.options.healthCheckFloor ?? DEFAULT_FLOOR,
      check: () => runCheckCommand(command, this.guard, plan.timeoutMillis),
      onStatus: (status) => this.onChange({ kind: 'health', status }),
      signal: this.ended.signal,
    }).catch((error: unknown) => {
      // The end of the task ends the wait.
      if (!this.ended.signal.aborted) this.log(`health checks ended: ${String(error)}`);
    });
  }

  private checkFolder(image: BuiltImage): string {
    return image.kind === 'process' ? image.workdir : '/';
  }

  private signalThenKill(group: ProcessGroup): void {
    group.signal(this.stopSignal);
    const wallMillis = this.options.clock.toWallMillis(this.stopTimeoutSeconds * 1000);
    const timer = setTimeout(() => group.kill(), Math.max(wallMillis, SHORTEST_STOP_WALL_MILLIS));
    this.ended.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  private log(line: string): void {
    this.logLines.push(line);
    if (this.logLines.length > KEPT_LOG_LINES) this.logLines.shift();
    this.options.onLog?.(this.request.taskId, 'app', line);
  }

  private addressHint(spec: ProcessSpec): string {
    if (!this.logLines.some((line) => /EADDRINUSE|address already in use/i.test(line))) return '';
    return `: its address is in use. In rehearsal each task has an address of its own: listen on the one in HOST (${spec.env.HOST}), not on all; if it does, end the other program of this machine that has port ${spec.env.PORT} on all addresses`;
  }

  private explain(error: unknown): { exitCode?: number; reason: string } {
    if (error instanceof TaskStartError) {
      for (const line of error.logLines) this.log(line);
      const { stoppedReason: reason, exitCode } = error;
      return exitCode === undefined ? { reason } : { reason, exitCode };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `CannotStartContainerError: ${message}` };
  }
}
