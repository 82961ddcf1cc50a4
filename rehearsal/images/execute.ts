import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuildContext } from './context';
import { copyFiles, filesFromContext, filesFromStage } from './copy';
import { hostPath, mapBuildCommand, searchPath } from './host-paths';
import type { StageAction, StagePlan } from './plan';
import { relocate } from './relocate';
import { buildEnvironment, ensureSystemProgramStandIns, runBuildCommand } from './run-command';
import { ImageBuildError } from './types';

/** Making a Python environment starts Python several times; on a busy machine that takes a while. */
const ENVIRONMENT_TIMEOUT_MILLIS = 120_000;

const execFileAsync = promisify(execFile);

/** How a command is run, and what it is called in an error. */
interface CommandPlace {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly line: number;
  readonly shown: string;
  readonly timeoutMillis: number;
}

/** How a build's commands are run. */
export interface ExecutorOptions {
  readonly runTimeoutMillis: number;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Carries stages out, each in a folder named by its key; a folder is complete when its mark is there. */
export class StageExecutor {
  constructor(
    private readonly cacheDir: string,
    private readonly context: BuildContext,
    private readonly options: ExecutorOptions,
  ) {}

  /** Root of the finished stage. */
  rootOf(plan: StagePlan): string {
    return join(this.cacheDir, 'stages', plan.key, 'root');
  }

  isComplete(plan: StagePlan): boolean {
    return existsSync(join(this.cacheDir, 'stages', plan.key, '.complete'));
  }

  /** Makes sure that the stage, and all it needs, is there. */
  async ensure(plan: StagePlan): Promise<void> {
    if (this.isComplete(plan)) return;
    const needed = plan.actions.flatMap((action) =>
      action.kind === 'copy' && action.from ? [action.from] : [],
    );
    for (const stage of [...(plan.base ? [plan.base] : []), ...needed]) await this.ensure(stage);
    const folder = join(this.cacheDir, 'stages', plan.key);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const root = join(realpathSync(folder), 'root');
    const start = this.lastSnapshot(plan);
    if (start === undefined) await this.prepareRoot(plan, root);
    else await cloneTree(this.snapshotDir(plan.actions[start]?.key ?? ''), root);
    for (const action of plan.actions.slice(start === undefined ? 0 : start + 1)) {
      await this.carryOut(action, root, action !== plan.actions.at(-1));
    }
    mkdirSync(hostPath(root, plan.config.workdir), { recursive: true });
    writeFileSync(join(folder, '.complete'), '');
  }

  /** The last RUN whose result is kept: all before it need not be done again. */
  private lastSnapshot(plan: StagePlan): number | undefined {
    const found = plan.actions.findLastIndex(
      (action) => action.kind === 'run' && existsSync(join(this.snapshotDir(action.key), 'root')),
    );
    return found < 0 ? undefined : found;
  }

  private snapshotDir(key: string): string {
    return join(this.cacheDir, 'layers', key);
  }

  private async prepareRoot(plan: StagePlan, root: string): Promise<void> {
    mkdirSync(root);
    if (plan.base !== undefined) {
      rmSync(root, { recursive: true });
      await copyTree(this.rootOf(plan.base), root);
      relocate(root, realpathSync(this.rootOf(plan.base)));
    }
    mkdirSync(join(root, 'tmp'), { recursive: true });
    if (!plan.needsPythonEnvironment) return;
    const argv = ['python3', '-m', 'venv', join(root, 'usr/local')];
    const timeoutMillis = Math.max(this.options.runTimeoutMillis, ENVIRONMENT_TIMEOUT_MILLIS);
    await this.execute(argv, {
      env: process.env as Record<string, string>,
      cwd: root,
      line: plan.line,
      shown: 'FROM',
      timeoutMillis,
    });
  }

  private async carryOut(action: StageAction, root: string, isKept: boolean): Promise<void> {
    if (action.kind === 'folder') {
      mkdirSync(hostPath(root, action.path), { recursive: true });
      return;
    }
    if (action.kind === 'copy') {
      try {
        const files =
          action.from === undefined
            ? filesFromContext(this.context, action.request)
            : filesFromStage(this.rootOf(action.from), action.request);
        copyFiles(root, files, action.mode);
        if (action.from !== undefined) relocate(root, realpathSync(this.rootOf(action.from)));
      } catch (error) {
        throw new ImageBuildError(`${action.step.keyword}: ${(error as Error).message}`, action.step.line);
      }
      return;
    }
    await this.run(action, root);
    // The stage's own folder keeps what its last action made.
    if (isKept) await this.keepSnapshot(action, root);
  }

  private async keepSnapshot(action: StageAction, root: string): Promise<void> {
    const snapshot = this.snapshotDir(action.key);
    const temporary = `${snapshot}.${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    await copyTree(root, join(temporary, 'root'));
    writeFileSync(join(temporary, 'origin'), root);
    if (existsSync(snapshot)) rmSync(temporary, { recursive: true });
    else renameSync(temporary, snapshot);
  }

  private async run(action: StageAction & { kind: 'run' }, root: string): Promise<void> {
    const { step, shell } = action;
    const argv =
      step.json === undefined
        ? [...shell, mapBuildCommand(root, step.text)]
        : step.json.map((part) => (part.startsWith('/') ? mapBuildCommand(root, part) : part));
    const hostEnv = buildEnvironment(process.env);
    const path = searchPath(root, action.env.PATH, hostEnv.PATH ?? '/usr/bin:/bin');
    const env = {
      ...hostEnv,
      ...action.env,
      PATH: `${ensureSystemProgramStandIns(this.cacheDir)}:${path}`,
      // `npm install --global` must not change the host.
      npm_config_prefix: join(root, 'usr/local'),
    };
    const cwd = hostPath(root, action.workdir);
    mkdirSync(cwd, { recursive: true });
    await this.execute(argv, {
      env,
      cwd,
      line: step.line,
      shown: `RUN ${step.text}`,
      timeoutMillis: this.options.runTimeoutMillis,
    });
  }

  private async execute(argv: readonly string[], how: CommandPlace): Promise<void> {
    const { cwd, env, line, shown, timeoutMillis } = how;
    const { onLine, signal } = this.options;
    const command = { argv, cwd, env, timeoutMillis, onLine, signal };
    const result = await runBuildCommand(command).catch((error: Error) => {
      throw new ImageBuildError(`${shown}: could not be started: ${error.message}`, line);
    });
    if (result.timedOut) {
      const seconds = timeoutMillis / 1000;
      throw new ImageBuildError(`${shown}: did not end within ${seconds} s`, line, result.lastLines);
    }
    if (result.exitCode !== 0) {
      throw new ImageBuildError(`${shown}: ended with exit code ${result.exitCode}`, line, result.lastLines);
    }
  }
}

async function cloneTree(snapshot: string, root: string): Promise<void> {
  await copyTree(join(snapshot, 'root'), root);
  relocate(root, readFileSync(join(snapshot, 'origin'), 'utf8'));
}

/** The system's own copy: it keeps modes, links and times, and shares blocks where the file system can. */
async function copyTree(from: string, to: string): Promise<void> {
  const sharing =
    process.platform === 'linux' ? ['--reflink=auto'] : process.platform === 'darwin' ? ['-c'] : [];
  await execFileAsync('cp', [
    '-R',
    '-p',
    ...(process.platform === 'linux' ? ['-d'] : ['-P']),
    ...sharing,
    from,
    to,
  ]);
}
