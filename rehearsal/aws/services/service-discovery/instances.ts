import { ApiError } from '../../api';
import type { DiscoveryEntry, Instance } from './model';
import type { DiscoveryStore } from './store';

/** The attribute that each record type takes its data from. */
const NEEDED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  A: [['AWS_INSTANCE_IPV4']],
  AAAA: [['AWS_INSTANCE_IPV6']],
  CNAME: [['AWS_INSTANCE_CNAME']],
  SRV: [['AWS_INSTANCE_PORT'], ['AWS_INSTANCE_IPV4', 'AWS_INSTANCE_IPV6']],
};

/**
 * Registers an instance, or replaces the one of that id.
 * @throws ApiError `InvalidInput` when an attribute is missing that the service's DNS records need, or a port is none.
 */
export function registerInstance(
  store: DiscoveryStore,
  service: DiscoveryEntry,
  { id, attributes, creatorRequestId }: Omit<Instance, 'isHealthy'>,
): void {
  for (const { Type } of service.dnsConfig?.DnsRecords ?? []) {
    for (const anyOf of NEEDED[Type] ?? []) {
      if (!anyOf.some((name) => attributes[name] !== undefined))
        throw new ApiError('InvalidInput', `a ${Type} record needs the attribute ${anyOf.join(' or ')}`);
    }
  }
  const port = attributes.AWS_INSTANCE_PORT;
  if (port !== undefined && !isPort(port))
    throw new ApiError('InvalidInput', `AWS_INSTANCE_PORT is "${port}"; allowed are 1 to 65535`);
  const isHealthy = attributes.AWS_INIT_HEALTH_STATUS !== 'UNHEALTHY';
  service.instances.set(id, { id, attributes, creatorRequestId, isHealthy });
  store.instancesChanged(service);
}

/** Removes an instance; one that is not there is no error. */
export function deregisterInstance(store: DiscoveryStore, service: DiscoveryEntry, id: string): void {
  if (service.instances.delete(id)) store.instancesChanged(service);
}

/** Notes the health of an instance; one that is not there is no error. */
export function setInstanceHealth(
  store: DiscoveryStore,
  service: DiscoveryEntry,
  id: string,
  isHealthy: boolean,
): void {
  const instance = service.instances.get(id);
  if (!instance || instance.isHealthy === isHealthy) return;
  instance.isHealthy = isHealthy;
  store.instancesChanged(service);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}
