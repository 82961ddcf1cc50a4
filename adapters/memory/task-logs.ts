import type { TaskLogs } from '../../core/ports/task-logs';

/** Lines that somebody put there. */
export class MemoryTaskLogs implements TaskLogs {
  readonly lines: string[] = [];

  async lastLines(_version: string, _task: string, limit: number): Promise<readonly string[]> {
    return this.lines.slice(-limit);
  }
}
