import type { PlatformConfig } from '../../../core/config/platform-schema';
import { AppMeshRouting } from './appmesh/appmesh-routing';
import type { TrafficRouting } from './traffic-routing';

/**
 * The router that platform.yaml names.
 * @throws {Error} for a kind that has no synth-time half.
 */
export function createTrafficRouting(platform: PlatformConfig): TrafficRouting {
  switch (platform.router) {
    case 'appmesh':
      return new AppMeshRouting(platform);
    default:
      return unknownRouter(platform.router);
  }
}

function unknownRouter(kind: never): never {
  throw new Error(`traffic router "${String(kind)}" is unknown; allowed: appmesh; correct platform.yaml`);
}
