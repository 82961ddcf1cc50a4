import type { DiscoveredInstance } from '../../../contracts';
import type { ApiContext, ApiOperation, ApiService, WireProtocol } from '../../api';
import { instanceOperations } from './instance-operations';
import { deregisterInstance, registerInstance, setInstanceHealth } from './instances';
import type { DiscoveryEntry, Instance } from './model';
import { namespaceOperations } from './namespace-operations';
import { serviceOperations } from './service-operations';
import { DiscoveryStore } from './store';
import { discoveryTagOperations } from './tag-operations';

/**
 * Cloud Map as its API behaves, asynchronous calls having succeeded at once. It is also where ECS registers tasks:
 * `register`, `deregister` and `setHealth` are what ECS asks of an instance registry.
 */
export class ServiceDiscoveryService implements ApiService {
  readonly signingName = 'servicediscovery';
  readonly protocols: readonly WireProtocol[] = [
    { kind: 'json', version: '1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
  ];
  readonly operations: Readonly<Record<string, ApiOperation>>;
  readonly #store: DiscoveryStore;

  constructor(context: ApiContext) {
    this.#store = new DiscoveryStore(context);
    this.operations = {
      ...namespaceOperations(this.#store),
      ...serviceOperations(this.#store),
      ...instanceOperations(this.#store),
      ...discoveryTagOperations(this.#store),
    };
  }

  /** Every instance that has an address, as the data plane resolves it. Port 0 says that the record carries none. */
  instances(): readonly DiscoveredInstance[] {
    return [...this.#store.services.values()].flatMap((service) =>
      [...service.instances.values()].flatMap((instance) => this.#discovered(service, instance)),
    );
  }

  /**
   * Adds or replaces an instance.
   * @param serviceArn ARN or id of the Cloud Map service.
   * @throws ApiError `ServiceNotFound`, or `InvalidInput` when an attribute is missing that its DNS records need.
   */
  register(serviceArn: string, instanceId: string, attributes: Readonly<Record<string, string>>): void {
    registerInstance(this.#store, this.#store.service(serviceArn), { id: instanceId, attributes });
  }

  /** Removes an instance; one that is not there, or whose service is gone, is no error. */
  deregister(serviceArn: string, instanceId: string): void {
    const service = this.#store.findService(serviceArn);
    if (service) deregisterInstance(this.#store, service, instanceId);
  }

  /** Notes what the container health checks say; an instance that is not there is no error. */
  setHealth(serviceArn: string, instanceId: string, healthy: boolean): void {
    const service = this.#store.findService(serviceArn);
    if (service) setInstanceHealth(this.#store, service, instanceId, healthy);
  }

  #discovered(
    service: DiscoveryEntry,
    { id, attributes, isHealthy }: Instance,
  ): readonly DiscoveredInstance[] {
    const ip = attributes.AWS_INSTANCE_IPV4 ?? attributes.AWS_INSTANCE_IPV6;
    if (ip === undefined) return [];
    return [
      {
        namespaceName: this.#store.namespace(service.namespaceId).name,
        serviceName: service.name,
        instanceId: id,
        ip,
        port: Number(attributes.AWS_INSTANCE_PORT ?? 0),
        healthy: isHealthy,
      },
    ];
  }
}
