import { createCloudMapClient, createEcsClient } from '../../adapters/clients';
import { createTaskDecorator } from '../../adapters/traffic/create-traffic-router';
import { EcsWorkload } from '../../adapters/workload/ecs/workload';
import type { Parts } from './parts';

let clients:
  | { ecs: ReturnType<typeof createEcsClient>; cloudMap: ReturnType<typeof createCloudMapClient> }
  | undefined;

/** Versions as ECS services. */
export const workload: NonNullable<Parts['workload']> = (binding) => {
  clients ??= { ecs: createEcsClient(), cloudMap: createCloudMapClient() };
  return new EcsWorkload({ ...clients, binding, decorate: createTaskDecorator(binding) });
};
