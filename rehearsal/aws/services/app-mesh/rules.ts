import { ApiError } from '../../api';
import { KINDS, type Kind } from './kinds';
import {
  backendNames,
  matchedPort,
  requiredReferences,
  type WeightedTarget,
  weightedTargets,
} from './references';
import type { RouteSpecInput } from './schemas/routes';
import type { VirtualNodeSpecInput, VirtualRouterSpecInput } from './schemas/specs';
import { type MeshResource, type MeshStore, notFound } from './store';

const MAX_BACKENDS = 50;

type Listener = NonNullable<VirtualNodeSpecInput['listeners']>[number];

/** What a spec must agree with before it is written. */
export interface SpecToWrite {
  readonly kind: Kind;
  readonly names: readonly string[];
  readonly spec: unknown;
}

/**
 * Checks a spec against the other resources of its mesh.
 * @throws ApiError `NotFoundException`, `BadRequestException` or `LimitExceededException`.
 */
export function checkSpec(store: MeshStore, { kind, names, spec }: SpecToWrite): void {
  const mesh = names[0] ?? '';
  for (const reference of requiredReferences(kind, spec)) {
    if (!store.find(reference.kind, [mesh, reference.name]))
      throw notFound(KINDS[reference.kind].title, reference.name, mesh);
  }
  if (kind === 'route') checkRoute(store, names, spec as RouteSpecInput);
  if (kind === 'virtualNode') checkNode(store, names, spec as VirtualNodeSpecInput);
}

/** @throws ApiError `LimitExceededException` when the parent is full. */
export function checkQuota(store: MeshStore, kind: Kind, parentNames: readonly string[]): void {
  const { quota, plural } = KINDS[kind];
  if (store.list(kind, parentNames).length >= quota)
    throw new ApiError(
      'LimitExceededException',
      `the limit of ${quota} ${plural} is reached; delete one that is no longer needed`,
    );
}

/** @throws ApiError `ResourceInUseException` (409) that lists what still needs the resource. */
export function checkUnused(store: MeshStore, resource: MeshResource): void {
  const users = [...store.children(resource), ...referrers(store, resource)];
  if (users.length === 0) return;
  const list = [...new Set(users.map(describeUser))].join(', ');
  throw new ApiError(
    'ResourceInUseException',
    `${KINDS[resource.kind].title} with name "${resource.names.at(-1)}" cannot be deleted because it is in use by ${list}`,
    409,
  );
}

function referrers(store: MeshStore, { kind, names }: MeshResource): readonly MeshResource[] {
  if (kind === 'mesh') return [];
  return store
    .inMesh(names[0] ?? '')
    .filter((other) =>
      requiredReferences(other.kind, other.spec).some(
        (reference) => reference.kind === kind && reference.name === names.at(-1),
      ),
    );
}

/** As App Mesh writes it: `GATEWAY_ROUTE gateway/route`. */
function describeUser({ kind, names }: MeshResource): string {
  const type = kind.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return `${type} ${names.slice(1).join('/')}`;
}

function checkRoute(store: MeshStore, names: readonly string[], spec: RouteSpecInput): void {
  const [mesh = '', routerName = ''] = names;
  const router = store.get('virtualRouter', [mesh, routerName]).spec as VirtualRouterSpecInput;
  if ((router.listeners ?? []).length > 1 && matchedPort(spec) === undefined)
    throw badRequest(`virtual router "${routerName}" has several listeners; the route must match a port`);
  const targets = weightedTargets(spec);
  const listeners = targets.flatMap((target) => {
    const node = store.get('virtualNode', [mesh, target.virtualNode]).spec as VirtualNodeSpecInput;
    const listener = targetListener(target, node.listeners ?? []);
    return listener === undefined ? [] : [listener];
  });
  requireOne('protocol', new Set(listeners.map(({ portMapping }) => portMapping.protocol)));
  if (targets.every((target) => target.port === undefined))
    requireOne('port', new Set(listeners.map(({ portMapping }) => portMapping.port)));
}

/** The listener that a target's traffic goes to; a node without any takes no traffic, which App Mesh accepts. */
function targetListener(target: WeightedTarget, listeners: readonly Listener[]): Listener | undefined {
  if (target.port !== undefined) {
    const found = listeners.find(({ portMapping }) => portMapping.port === target.port);
    if (found) return found;
    throw badRequest(`virtual node "${target.virtualNode}" has no listener on port ${target.port}`);
  }
  if (listeners.length > 1)
    throw badRequest(
      `virtual node "${target.virtualNode}" has several listeners; the target must name a port`,
    );
  return listeners[0];
}

function requireOne(what: string, values: ReadonlySet<string | number>): void {
  if (values.size > 1)
    throw badRequest(`all weighted targets must share one ${what}; found ${[...values].join(', ')}`);
}

function checkNode(store: MeshStore, names: readonly string[], spec: VirtualNodeSpecInput): void {
  const backends = backendNames(spec).length;
  if (backends > MAX_BACKENDS)
    throw new ApiError('LimitExceededException', `${backends} backends; at most ${MAX_BACKENDS} are allowed`);
  const existing = store.find('virtualNode', names);
  const routes = existing ? referrers(store, existing).filter(({ kind }) => kind === 'route') : [];
  if (!existing || routes.length === 0) return;
  const offered = protocols(spec);
  const lost = [...protocols(existing.spec as VirtualNodeSpecInput)].filter(
    (protocol) => !offered.has(protocol),
  );
  if (lost.length > 0)
    throw badRequest(
      `the listener protocol ${lost.join(', ')} cannot change while routes target the virtual node: ` +
        routes.map(describeUser).join(', '),
    );
}

function protocols(spec: VirtualNodeSpecInput): ReadonlySet<string> {
  return new Set((spec.listeners ?? []).map(({ portMapping }) => portMapping.protocol));
}

function badRequest(message: string): ApiError {
  return new ApiError('BadRequestException', message);
}
