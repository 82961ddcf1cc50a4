import type * as z from 'zod';
import { gatewayRouteSpec, routeSpec } from './schemas/routes';
import {
  meshSpec,
  virtualGatewaySpec,
  virtualNodeSpec,
  virtualRouterSpec,
  virtualServiceSpec,
} from './schemas/specs';

/** The seven kinds of App Mesh resources. */
export type Kind =
  | 'mesh'
  | 'virtualNode'
  | 'virtualRouter'
  | 'virtualService'
  | 'virtualGateway'
  | 'route'
  | 'gatewayRoute';

/** One row of the table that the whole API is generated from. */
export interface KindRow {
  readonly kind: Kind;
  /** As operations spell it: `VirtualNode` in `CreateVirtualNode`. */
  readonly title: string;
  /** As list operations spell it: `VirtualNodes` in `ListVirtualNodes`; its first letter lowered names the answer's member. */
  readonly plural: string;
  /** Input member and path parameter that holds the name. */
  readonly nameMember: string;
  /** What contains it; a mesh is contained in nothing. */
  readonly parent?: Kind;
  /** Path of the collection. */
  readonly collection: string;
  readonly spec: z.ZodType;
  /** Whether create and update may come without a spec. */
  readonly isSpecOptional: boolean;
  /** Most resources of this kind in one parent. */
  readonly quota: number;
}

const MESH_PATH = '/v20190125/meshes';
const IN_MESH = `${MESH_PATH}/{meshName}`;

/** Quotas beyond those that AWS published in 2019 for this kind. */
const UNPUBLISHED_QUOTA = 200;

export const KINDS: Readonly<Record<Kind, KindRow>> = {
  mesh: {
    kind: 'mesh',
    title: 'Mesh',
    plural: 'Meshes',
    nameMember: 'meshName',
    collection: MESH_PATH,
    spec: meshSpec,
    isSpecOptional: true,
    quota: 15,
  },
  virtualNode: {
    kind: 'virtualNode',
    title: 'VirtualNode',
    plural: 'VirtualNodes',
    nameMember: 'virtualNodeName',
    parent: 'mesh',
    collection: `${IN_MESH}/virtualNodes`,
    spec: virtualNodeSpec,
    isSpecOptional: false,
    quota: 200,
  },
  virtualRouter: {
    kind: 'virtualRouter',
    title: 'VirtualRouter',
    plural: 'VirtualRouters',
    nameMember: 'virtualRouterName',
    parent: 'mesh',
    collection: `${IN_MESH}/virtualRouters`,
    spec: virtualRouterSpec,
    isSpecOptional: false,
    quota: 200,
  },
  virtualService: {
    kind: 'virtualService',
    title: 'VirtualService',
    plural: 'VirtualServices',
    nameMember: 'virtualServiceName',
    parent: 'mesh',
    collection: `${IN_MESH}/virtualServices`,
    spec: virtualServiceSpec,
    isSpecOptional: false,
    quota: 200,
  },
  virtualGateway: {
    kind: 'virtualGateway',
    title: 'VirtualGateway',
    plural: 'VirtualGateways',
    nameMember: 'virtualGatewayName',
    parent: 'mesh',
    collection: `${IN_MESH}/virtualGateways`,
    spec: virtualGatewaySpec,
    isSpecOptional: false,
    quota: UNPUBLISHED_QUOTA,
  },
  route: {
    kind: 'route',
    title: 'Route',
    plural: 'Routes',
    nameMember: 'routeName',
    parent: 'virtualRouter',
    collection: `${IN_MESH}/virtualRouter/{virtualRouterName}/routes`,
    spec: routeSpec,
    isSpecOptional: false,
    quota: 50,
  },
  gatewayRoute: {
    kind: 'gatewayRoute',
    title: 'GatewayRoute',
    plural: 'GatewayRoutes',
    nameMember: 'gatewayRouteName',
    parent: 'virtualGateway',
    collection: `${IN_MESH}/virtualGateway/{virtualGatewayName}/gatewayRoutes`,
    spec: gatewayRouteSpec,
    isSpecOptional: false,
    quota: UNPUBLISHED_QUOTA,
  },
};

/** A kind and what contains it, outermost first: `['mesh', 'virtualRouter', 'route']`. */
export function lineage(kind: Kind): readonly Kind[] {
  const { parent } = KINDS[kind];
  return parent === undefined ? [kind] : [...lineage(parent), kind];
}
