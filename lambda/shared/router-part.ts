import { createAppMeshClient } from '../../adapters/clients';
import { createTrafficRouter } from '../../adapters/traffic/create-traffic-router';
import type { Parts } from './parts';

let appMesh: ReturnType<typeof createAppMeshClient> | undefined;

/** The router that each service's binding names. */
export const router: NonNullable<Parts['router']> = (binding) =>
  createTrafficRouter(binding, {
    appMesh: () => {
      appMesh ??= createAppMeshClient();
      return appMesh;
    },
  });
