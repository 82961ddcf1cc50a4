import type { Problem } from '../errors';
import type { DeployConfig } from './deploy-schema';
import { describeValue } from './problems';
import type { TaskDefinition } from './task-definition-schema';

/** A problem, and in which of a service's documents it stands. */
export interface DataPathProblem extends Problem {
  readonly document: 'deploy' | 'task_definition';
}

/**
 * What must hold for data that outlives versions. Two tasks on one set of files would ruin them, be they of one
 * version or of two.
 * @param hasVolume Whether the service has a volume in platform.yaml; left out where nobody knows, as in a service's
 *   own repository.
 */
export function findDataPathProblems(
  deploy: Pick<DeployConfig, 'strategy'>,
  task: Pick<TaskDefinition, 'container' | 'desired_count'>,
  hasVolume?: boolean,
): readonly DataPathProblem[] {
  const dataPath = task.container.data_path;
  if (dataPath === undefined) {
    return [];
  }
  const problems: DataPathProblem[] = [];
  if (hasVolume === false) {
    problems.push({
      document: 'task_definition',
      path: 'container.data_path',
      received: describeValue(dataPath),
      allowed: 'data_path for a service with a volume',
      todo: 'add `volume` to the service in platform.yaml, or remove data_path (writable_paths end with the task)',
    });
  }
  if (deploy.strategy !== 'all_at_once') {
    problems.push({
      document: 'deploy',
      path: 'strategy',
      received: describeValue(deploy.strategy),
      allowed: '"all_at_once" with container.data_path: two versions on one set of files would ruin them',
      todo: 'use strategy all_at_once, or remove container.data_path from taskdef.json',
    });
  }
  if (task.desired_count > 1) {
    problems.push({
      document: 'task_definition',
      path: 'desired_count',
      received: describeValue(task.desired_count),
      allowed: '1 with container.data_path: two tasks on one set of files would ruin them',
      todo: 'set desired_count to 1, or remove container.data_path',
    });
  }
  return problems;
}
