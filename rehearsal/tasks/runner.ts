import { mkdirSync, realpathSync } from 'node:fs';
import type { TaskChange, TaskRequest, TaskRunner } from '../contracts';
import { createAddressPool } from './addresses';
import { createProcessGuard } from './process-guard';
import { Task } from './task';
import type { TaskRunnerOptions } from './types';
import { VolumeFolders } from './volumes';

/** Creates a runner that starts each task's application as a process of this machine. */
export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  for (const folder of [options.workDir, options.cacheDir]) mkdirSync(folder, { recursive: true });
  const settings: TaskRunnerOptions = {
    ...options,
    workDir: realpathSync(options.workDir),
    cacheDir: realpathSync(options.cacheDir),
  };
  const addresses = createAddressPool();
  const guard = createProcessGuard();
  const volumes = new VolumeFolders(settings.workDir);
  const tasks = new Map<string, Task>();

  return {
    start(request: TaskRequest, onChange: (change: TaskChange) => void) {
      const task = new Task(settings, addresses, guard, volumes, request, onChange);
      tasks.set(request.taskArn, task);
      void task.finished.then(() => tasks.delete(request.taskArn));
    },
    async stop(taskArn, reason) {
      await tasks.get(taskArn)?.stop(reason);
    },
    kill(taskArn) {
      tasks.get(taskArn)?.crash();
    },
    async stopAll() {
      await Promise.all([...tasks.values()].map((task) => task.kill()));
      guard.close();
      volumes.removeAll();
    },
  };
}
