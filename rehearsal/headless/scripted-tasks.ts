import type { RehearsalClock, TaskChange, TaskRequest, TaskRunner } from '../contracts';
import { readTaskParts } from '../tasks/container';

/** What tasks do, and when. */
export interface ScriptedTasksOptions {
  readonly clock: RehearsalClock;
  /** Virtual milliseconds from a task's start until it runs. */
  readonly startMillis: () => number;
  /** Virtual milliseconds from the wish that a task ends to its end. */
  readonly stopMillis: number;
  /** Virtual milliseconds from running to the first passed container health check. */
  readonly healthyAfterMillis: number;
  /** Whether the tasks of a virtual node end by themselves once they run. */
  readonly isCrashing: (node: string) => boolean;
  /** Whether the container health checks of a virtual node's tasks never end. */
  readonly isUnchecked: (node: string) => boolean;
}

interface RunningTask {
  readonly ended: AbortController;
  readonly change: (change: TaskChange) => void;
}

/** Tasks without processes: they run after a while and pass their health check, or end, as they are told. */
export class ScriptedTasks implements TaskRunner {
  private readonly running = new Map<string, RunningTask>();
  private started = 0;

  constructor(private readonly options: ScriptedTasksOptions) {}

  start(request: TaskRequest, onChange: (change: TaskChange) => void): void {
    const task = { ended: new AbortController(), change: onChange };
    this.running.set(request.taskArn, task);
    this.started += 1;
    // Whoever stops the task tells its end.
    this.play(request, task, this.started).catch(() => undefined);
  }

  async stop(taskArn: string, reason: string): Promise<void> {
    const task = this.running.get(taskArn);
    if (task === undefined) {
      return;
    }
    task.ended.abort(new Error(reason));
    await this.options.clock.sleep(this.options.stopMillis);
    this.end(taskArn, 0, reason);
  }

  kill(taskArn: string): void {
    this.running.get(taskArn)?.ended.abort(new Error('killed'));
    this.end(taskArn, 137, 'Essential container in task exited');
  }

  async stopAll(): Promise<void> {
    for (const task of this.running.values()) {
      task.ended.abort(new Error('the headless run has ended'));
    }
    this.running.clear();
  }

  private async play(request: TaskRequest, task: RunningTask, number: number): Promise<void> {
    const { clock, startMillis, healthyAfterMillis, isCrashing, isUnchecked } = this.options;
    const { node, hasHealthCheck } = readTaskParts(request.taskDefinition);
    await clock.sleep(startMillis(), task.ended.signal);
    task.change({ kind: 'running', ip: addressOf(number) });
    await clock.sleep(healthyAfterMillis, task.ended.signal);
    if (node !== undefined && isCrashing(node)) {
      this.end(request.taskArn, 1, 'Essential container in task exited');
    } else if (hasHealthCheck && !(node !== undefined && isUnchecked(node))) {
      task.change({ kind: 'health', status: 'HEALTHY' });
    }
  }

  private end(taskArn: string, exitCode: number, stoppedReason: string): void {
    const task = this.running.get(taskArn);
    if (this.running.delete(taskArn)) {
      task?.change({ kind: 'stopped', stoppedReason, exitCode, lastLogLines: [] });
    }
  }
}

/** An address of its own for each task; nothing listens there. */
function addressOf(number: number): string {
  return `127.${100 + (Math.floor(number / 65_536) % 100)}.${Math.floor(number / 256) % 256}.${number % 256}`;
}
