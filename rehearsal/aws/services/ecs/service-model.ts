import { randomInt, randomUUID } from 'node:crypto';
import type { DeploymentModel, ServiceModel, TaskDefinitionModel } from './model';
import type { EcsStore } from './store';

const MAX_EVENTS = 100;

/** Puts a line on top of the service's event list. */
export function addEvent(store: EcsStore, service: ServiceModel, message: string): void {
  service.events.unshift({ id: randomUUID(), createdAt: store.context.clock.now(), message });
  service.events.length = Math.min(service.events.length, MAX_EVENTS);
}

/** A deployment that begins now. */
export function newDeployment(store: EcsStore, taskDefinition: TaskDefinitionModel): DeploymentModel {
  const now = store.context.clock.now();
  const id = `ecs-svc/${String(randomInt(1, 2 ** 47)).padStart(19, '0')}`;
  return {
    id,
    taskDefinition,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    proven: false,
    notBefore: now,
    consecutiveFailures: 0,
  };
}
