import { type DataPathProblem, findDataPathProblems } from './data-path-rules';
import type { DeployConfig } from './deploy-schema';
import { describeValue } from './problems';
import type { ServiceBinding } from './service-binding';
import type { TaskDefinition } from './task-definition-schema';

/** What platform.yaml says of a service, as far as the service's own documents must fit it. */
export interface ServiceFacts {
  readonly protocol: ServiceBinding['protocol'];
  readonly hasVolume: boolean;
}

/** What no document can know by itself: whether it fits the service. */
export function findMisfits(
  deploy: Pick<DeployConfig, 'strategy' | 'health'>,
  task: Pick<TaskDefinition, 'container' | 'desired_count'>,
  facts: ServiceFacts,
): readonly DataPathProblem[] {
  const latency = deploy.health.checks.findIndex((check) => check.type === 'latency');
  const forTcp: DataPathProblem = {
    document: 'deploy',
    path: `health.checks[${latency}]`,
    received: describeValue('latency'),
    allowed: 'no latency check for a tcp service',
    todo: 'remove the check',
  };
  return [
    ...(facts.protocol === 'tcp' && latency >= 0 ? [forTcp] : []),
    ...findDataPathProblems(deploy, task, facts.hasVolume),
  ];
}
