import type { TaskDefinition } from '../config/task-definition-schema';

/** What runs for one version, as the orchestrator sees it now. */
export interface WorkloadStatus {
  /** `absent`: nothing of it is left. `draining`: it was removed and its last tasks are ending. */
  readonly state: 'absent' | 'active' | 'draining';
  readonly desired: number;
  /** Tasks that run. */
  readonly running: number;
  /**
   * Tasks whose containers may still do something: being started, running, or being stopped. Zero is the proof that
   * nothing of the version touches its data any more.
   */
  readonly alive: number;
  /** Tasks that run and pass their container health check (or have none). */
  readonly ready: number;
  /**
   * Tasks that stopped by themselves since the version was created, newest first: crash loops, failed health
   * checks, images that cannot be pulled.
   */
  readonly failures: readonly TaskFailure[];
  /** True when the orchestrator gave up starting tasks (ECS deployment circuit breaker). */
  readonly gaveUp: boolean;
}

/** Why one task stopped. */
export interface TaskFailure {
  readonly task: string;
  /** ISO 8601. */
  readonly at: string;
  /** The orchestrator's own words, with the container's exit code where there is one. */
  readonly reason: string;
  readonly exitCode?: number;
}

/** What to run. */
export interface VersionSpec {
  readonly version: string;
  readonly image: string;
  readonly taskDefinition: TaskDefinition;
  /** Number of tasks, at least 1. */
  readonly desired: number;
  /** Set for what cannot run twice: a task is replaced only after it has ended, never beside its successor. */
  readonly isExclusive?: boolean;
}

/** Runs the versions of one service. Every verb can be repeated; none waits for tasks. */
export interface Workload {
  /** Starts the version, or brings a half-created one to completion. */
  create(spec: VersionSpec): Promise<void>;
  describe(version: string): Promise<WorkloadStatus>;
  /** Tasks of an active version that run; 0 for any other. Asks less than `describe`. */
  countRunning(version: string): Promise<number>;
  /** Sets the number of tasks; 0 stops them all and keeps the version, to be started again. */
  scale(version: string, desired: number): Promise<void>;
  /** Takes one step of removal: `pending` means call again later, `removed` that nothing is left. */
  remove(version: string): Promise<'pending' | 'removed'>;
  /** Versions of this service of which anything is left, in no particular order. */
  list(): Promise<readonly string[]>;
}
