import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import type { ServiceBinding } from '../../core/config/service-binding';
import { CanaryError } from '../../core/errors';
import type { TrafficRouter } from '../../core/ports/traffic-router';
import type { TaskDecorator } from '../workload/ecs/task-definition';
import { AppMeshRouter } from './appmesh/router';
import { addProxy } from './appmesh/sidecar';

/** The clients that routers need; each is made only when its router is. */
export interface RouterClients {
  readonly appMesh: () => AppMeshClient;
}

/**
 * The router that a service's binding names.
 * @throws {CanaryError} `UnknownRouterKind` for a kind that this version does not have.
 */
export function createTrafficRouter(binding: ServiceBinding, clients: RouterClients): TrafficRouter {
  const { kind } = binding.router;
  switch (kind) {
    case 'appmesh':
      return new AppMeshRouter(clients.appMesh(), binding);
    default:
      throw unknownKind(binding, kind);
  }
}

/**
 * What the service's router adds to each task definition: a proxy, where it has one.
 * @throws {CanaryError} `UnknownRouterKind` for a kind that this version does not have.
 */
export function createTaskDecorator(binding: ServiceBinding): TaskDecorator {
  const { kind } = binding.router;
  switch (kind) {
    case 'appmesh':
      return (version, definition) => addProxy(binding, version, definition);
    default:
      throw unknownKind(binding, kind);
  }
}

function unknownKind(binding: ServiceBinding, kind: never): CanaryError {
  return new CanaryError(
    'UnknownRouterKind',
    `service "${binding.service}" names traffic router "${String(kind)}"; allowed: appmesh; deploy the service's stack and the rollout stack from the same version`,
    { service: binding.service, kind },
  );
}
