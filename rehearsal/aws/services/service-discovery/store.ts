import { randomBytes, randomUUID } from 'node:crypto';
import { type ApiContext, ApiError } from '../../api';
import type { DiscoveryEntry, Instance, Namespace, Operation } from './model';

/** Holds namespaces, services with their instances, operations and tags. */
export class DiscoveryStore {
  readonly namespaces = new Map<string, Namespace>();
  readonly services = new Map<string, DiscoveryEntry>();
  readonly tags = new Map<string, Map<string, string>>();
  readonly #operations = new Map<string, Operation>();

  constructor(readonly context: ApiContext) {}

  now(): Date {
    return new Date(this.context.clock.now());
  }

  arn(kind: 'namespace' | 'service', id: string): string {
    return `arn:aws:servicediscovery:${this.context.region}:${this.context.account}:${kind}/${id}`;
  }

  /** @throws ApiError `NamespaceNotFound`. */
  namespace(idOrArn: string): Namespace {
    const found = this.namespaces.get(bareId(idOrArn));
    if (found) return found;
    throw new ApiError('NamespaceNotFound', `there is no namespace "${idOrArn}"`);
  }

  findService(idOrArn: string): DiscoveryEntry | undefined {
    return this.services.get(bareId(idOrArn));
  }

  /** @throws ApiError `ServiceNotFound`. */
  service(idOrArn: string): DiscoveryEntry {
    const found = this.findService(idOrArn);
    if (found) return found;
    throw new ApiError('ServiceNotFound', `there is no service "${idOrArn}"`);
  }

  /** @throws ApiError `NamespaceNotFound` or `ServiceNotFound`. */
  serviceByNames(namespaceName: string, serviceName: string): DiscoveryEntry {
    const namespace = [...this.namespaces.values()].find(({ name }) => name === namespaceName);
    if (!namespace) throw new ApiError('NamespaceNotFound', `there is no namespace named "${namespaceName}"`);
    const service = this.servicesOf(namespace.id).find(({ name }) => name === serviceName);
    if (service) return service;
    throw new ApiError('ServiceNotFound', `there is no service named "${serviceName}" in "${namespaceName}"`);
  }

  servicesOf(namespaceId: string): readonly DiscoveryEntry[] {
    return [...this.services.values()].filter((service) => service.namespaceId === namespaceId);
  }

  /** @throws ApiError `InstanceNotFound`. */
  instance(service: DiscoveryEntry, instanceId: string): Instance {
    const found = service.instances.get(instanceId);
    if (found) return found;
    throw new ApiError(
      'InstanceNotFound',
      `there is no instance "${instanceId}" in service "${service.name}"`,
    );
  }

  /** Records that a change of `service` took place. */
  instancesChanged(service: DiscoveryEntry): void {
    service.revision += 1;
    this.context.changed(service.arn);
  }

  /** Remembers an operation that has succeeded and returns its id. */
  succeeded(type: Operation['type'], targets: Operation['targets']): string {
    const id = randomUUID();
    this.#operations.set(id, { id, type, targets, at: this.now() });
    return id;
  }

  findOperation(id: string): Operation | undefined {
    return this.#operations.get(id);
  }
}

/** The id in an ARN, or the id itself. */
export function bareId(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}

/** A new id as Cloud Map writes them, such as `srv-e4anhexample0004`. */
export function newId(prefix: 'ns' | 'srv'): string {
  return `${prefix}-${randomBytes(8).toString('hex')}`;
}
