import { randomUUID } from 'node:crypto';
import { type ApiContext, ApiError } from '../../api';
import { KINDS, type Kind, lineage } from './kinds';

/** One App Mesh resource as it is now. */
export interface MeshResource {
  readonly kind: Kind;
  /** Names from the mesh down to the resource itself, in the order of its lineage. */
  readonly names: readonly string[];
  readonly arn: string;
  readonly uid: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  /** Replaced as a whole by an update, never changed in place. */
  spec: unknown;
  version: number;
  lastUpdatedAt: Date;
}

/** Holds every resource of every mesh, by ARN. */
export class MeshStore {
  readonly #byArn = new Map<string, MeshResource>();

  constructor(private readonly context: ApiContext) {}

  /** ARN of a resource, existing or not. */
  arn(kind: Kind, names: readonly string[]): string {
    const path = lineage(kind).map((segment, index) => `${segment}/${names[index]}`);
    return `arn:aws:appmesh:${this.context.region}:${this.context.account}:${path.join('/')}`;
  }

  find(kind: Kind, names: readonly string[]): MeshResource | undefined {
    return this.#byArn.get(this.arn(kind, names));
  }

  /** @throws ApiError `NotFoundException` naming the outermost resource that is missing. */
  get(kind: Kind, names: readonly string[]): MeshResource {
    const { parent, title } = KINDS[kind];
    if (parent !== undefined) this.get(parent, names.slice(0, -1));
    const found = this.find(kind, names);
    if (found) return found;
    throw notFound(title, names[names.length - 1] ?? '', names[0]);
  }

  findByArn(arn: string): MeshResource | undefined {
    return this.#byArn.get(arn);
  }

  /** @throws ApiError `NotFoundException`. */
  getByArn(arn: string): MeshResource {
    const found = this.#byArn.get(arn);
    if (found) return found;
    throw new ApiError('NotFoundException', `no resource has the ARN "${arn}"`, 404);
  }

  /** Resources of one kind within one parent, oldest first. */
  list(kind: Kind, parentNames: readonly string[]): readonly MeshResource[] {
    return this.#where(
      (resource) =>
        resource.kind === kind && parentNames.every((name, index) => resource.names[index] === name),
    );
  }

  /** Everything inside a mesh, itself left out. */
  inMesh(mesh: string): readonly MeshResource[] {
    return this.#where((resource) => resource.kind !== 'mesh' && resource.names[0] === mesh);
  }

  /** Everything directly inside a resource. */
  children(parent: MeshResource): readonly MeshResource[] {
    return this.#where(
      (resource) =>
        KINDS[resource.kind].parent === parent.kind &&
        parent.names.every((name, index) => resource.names[index] === name),
    );
  }

  add(kind: Kind, names: readonly string[], spec: unknown, tags: Map<string, string>): MeshResource {
    const now = new Date(this.context.clock.now());
    const resource: MeshResource = {
      kind,
      names,
      arn: this.arn(kind, names),
      uid: randomUUID(),
      createdAt: now,
      lastUpdatedAt: now,
      version: 1,
      spec,
      tags,
    };
    this.#byArn.set(resource.arn, resource);
    this.context.changed(resource.arn);
    return resource;
  }

  /** Replaces the whole spec; the last writer wins. */
  replaceSpec(resource: MeshResource, spec: unknown): void {
    resource.spec = spec;
    resource.version += 1;
    resource.lastUpdatedAt = new Date(this.context.clock.now());
    this.context.changed(resource.arn);
  }

  remove(resource: MeshResource): void {
    this.#byArn.delete(resource.arn);
    this.context.changed(resource.arn);
  }

  #where(predicate: (resource: MeshResource) => boolean): readonly MeshResource[] {
    return [...this.#byArn.values()].filter(predicate);
  }
}

/** App Mesh's answer to a name that stands for nothing. */
export function notFound(title: string, name: string, mesh: string | undefined): ApiError {
  const where = title === 'Mesh' ? '' : ` in mesh "${mesh}"`;
  return new ApiError('NotFoundException', `${title} with name "${name}" does not exist${where}`, 404);
}
