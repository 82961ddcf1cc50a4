import type { RehearsalClock } from '../contracts';
import type { BuiltImage } from '../images';

/** What the task runner needs from its surroundings. */
export interface TaskRunnerOptions {
  /** The image behind a URI; undefined when there is none: the task stops as ECS lets it. */
  readonly images: (imageUri: string) => BuiltImage | undefined;
  readonly clock: RehearsalClock;
  /** Python environment that holds the packages with PostgreSQL and Valkey. */
  readonly venv: string;
  /** Value of a secret by its `valueFrom` (parameter name, or ARN). */
  readonly secrets: (valueFrom: string) => string | undefined;
  /** Where a task of a virtual node reaches a virtual service. Throws when the mesh has no such service. */
  readonly egress: (
    node: string,
    virtualService: string,
    port: number,
  ) => { readonly host: string; readonly port: number };
  /** Folder for what tasks write; each task's own folder goes when the task ends. */
  readonly workDir: string;
  /** Folder that outlives runs: prepared database directories. */
  readonly cacheDir: string;
  readonly onLog?: (taskId: string, container: string, line: string) => void;
  /**
   * Wall milliseconds between two container health checks, at least: while the task is not (or no longer) healthy,
   * and once it is. Each check starts a process, and at high speed these would take the machine.
   * @default { starting: 200, steady: 3000 }
   */
  readonly healthCheckFloor?: { readonly starting: number; readonly steady: number };
}

/** How to start a task's process. */
export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** User and group when it must not be ours. */
  readonly identity?: ProcessIdentity;
  /** Asks the process to end. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends it at once without leaving anything behind; default SIGKILL. */
  readonly abortSignal?: NodeJS.Signals;
}

/** Numeric user and group. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
}

/** A task that ends before or instead of running, worded as ECS words it. */
export class TaskStartError extends Error {
  constructor(
    readonly stoppedReason: string,
    readonly exitCode?: number,
    readonly logLines: readonly string[] = [],
  ) {
    super(stoppedReason);
    this.name = 'TaskStartError';
  }
}
