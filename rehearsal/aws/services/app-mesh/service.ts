import type {
  GatewayRouteSpec,
  RouteSpec,
  VirtualGatewaySpec,
  VirtualNodeSpec,
  VirtualRouterSpec,
  VirtualServiceSpec,
} from '@aws-sdk/client-app-mesh';
import type { MeshSnapshot } from '../../../contracts';
import type { ApiContext, ApiOperation, ApiService, WireProtocol } from '../../api';
import type { Kind } from './kinds';
import { resourceOperations } from './operations';
import { restRoutes } from './routes';
import { MeshStore } from './store';
import { tagOperations } from './tags';

/** App Mesh as its API behaves: all seven kinds of resources, their rules and their errors. */
export class AppMeshService implements ApiService {
  readonly signingName = 'appmesh';
  readonly protocols: readonly WireProtocol[] = [{ kind: 'rest-json', routes: restRoutes() }];
  readonly operations: Readonly<Record<string, ApiOperation>>;
  readonly #store: MeshStore;

  constructor(context: ApiContext) {
    this.#store = new MeshStore(context);
    this.operations = { ...resourceOperations(this.#store, context), ...tagOperations(this.#store, context) };
  }

  /** Names of the meshes that exist, oldest first. */
  meshNames(): readonly string[] {
    return this.#store.list('mesh', []).map(({ names }) => names[0] ?? '');
  }

  /**
   * Everything in one mesh at this moment; later writes do not change it.
   * @throws ApiError `NotFoundException` when there is no such mesh.
   */
  snapshot(mesh: string): MeshSnapshot {
    this.#store.get('mesh', [mesh]);
    return {
      mesh,
      virtualNodes: this.#items<VirtualNodeSpec>('virtualNode', mesh),
      virtualRouters: this.#items<VirtualRouterSpec>('virtualRouter', mesh).map((router) => ({
        ...router,
        routes: this.#items<RouteSpec>('route', mesh, router.name),
      })),
      virtualServices: this.#items<VirtualServiceSpec>('virtualService', mesh),
      virtualGateways: this.#items<VirtualGatewaySpec>('virtualGateway', mesh).map((gateway) => ({
        ...gateway,
        gatewayRoutes: this.#items<GatewayRouteSpec>('gatewayRoute', mesh, gateway.name),
      })),
    };
  }

  #items<Spec>(kind: Kind, ...parents: readonly string[]): readonly { name: string; spec: Spec }[] {
    return this.#store
      .list(kind, parents)
      .map(({ names, spec }) => ({ name: names.at(-1) ?? '', spec: spec as Spec }));
  }
}
