import type { ContainerDefinition, HealthCheck, TaskDefinition } from '@aws-sdk/client-ecs';
import { TaskStartError } from './types';

/** What a task definition says about the parts that matter here. */
export interface TaskParts {
  /** The application; a gateway's task has none. */
  readonly app?: ContainerDefinition;
  /** Virtual node (or gateway) of the task, from its proxy container. */
  readonly node?: string;
  /** Whether any container has a health check: then the task's health is reported. */
  readonly hasHealthCheck: boolean;
}

const APPLICATION = 'app';
const PROXY = 'envoy';

/** Finds the application and the mesh identity in a task definition. */
export function readTaskParts(definition: TaskDefinition): TaskParts {
  const containers = definition.containerDefinitions ?? [];
  const app = containers.find((container) => container.name === APPLICATION);
  const proxy = containers.find((container) => container.name === PROXY);
  if (app === undefined && proxy === undefined) {
    const names = containers.map((container) => `"${container.name}"`).join(', ') || 'none';
    throw new TaskStartError(
      `ResourceInitializationError: task definition has the containers ${names}; one must be named "${APPLICATION}"`,
    );
  }
  const node = proxiedResource(definition);
  return {
    hasHealthCheck: containers.some((container) => container.healthCheck !== undefined),
    ...(app === undefined ? {} : { app }),
    ...(node === undefined ? {} : { node }),
  };
}

/** Name of the virtual node or gateway that a task's proxy stands for; undefined for a task without proxy. */
export function proxiedResource(definition: TaskDefinition): string | undefined {
  const proxy = definition.containerDefinitions?.find(({ name }) => name === PROXY);
  const resource = proxy?.environment?.find(
    ({ name }) => name === 'APPMESH_RESOURCE_ARN' || name === 'APPMESH_VIRTUAL_NODE_NAME',
  )?.value;
  return resource?.split('/').at(-1);
}

/** A health check with its defaults, as ECS fills them in. Times in milliseconds. */
export interface HealthCheckPlan {
  /** Command line; shell form is run by `/bin/sh -c`. */
  readonly argv: readonly string[];
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  readonly retries: number;
  readonly startPeriodMillis: number;
}

/** Reads a container's health check; undefined when it has none, or `NONE`. */
export function readHealthCheck(check: HealthCheck | undefined): HealthCheckPlan | undefined {
  const [form, ...rest] = check?.command ?? [];
  if (check === undefined || form === undefined || form === 'NONE') return undefined;
  const isShell = form === 'CMD-SHELL' || (form !== 'CMD' && rest.length === 0);
  const argv = isShell
    ? ['/bin/sh', '-c', form === 'CMD-SHELL' ? rest.join(' ') : form]
    : form === 'CMD'
      ? rest
      : [form, ...rest];
  return {
    argv,
    intervalMillis: (check.interval ?? 30) * 1000,
    timeoutMillis: (check.timeout ?? 5) * 1000,
    retries: check.retries ?? 3,
    startPeriodMillis: (check.startPeriod ?? 0) * 1000,
  };
}
