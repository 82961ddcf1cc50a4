import { Unresolvable } from '../errors';
import { DATA_TYPES } from './data';
import { DELIVERY_TYPES } from './delivery';
import { IDENTITY_TYPES, MESH_TYPES } from './mesh';
import { NETWORK_TYPES } from './network';
import type { ResourceType, ResourceTypes } from './resource-type';
import { WORKLOAD_TYPES } from './workload';

/** Every type of resource that the rehearsal knows. */
export const RESOURCE_TYPES: ResourceTypes = {
  ...NETWORK_TYPES,
  ...MESH_TYPES,
  ...IDENTITY_TYPES,
  ...WORKLOAD_TYPES,
  ...DATA_TYPES,
  ...DELIVERY_TYPES,
};

/** @throws Unresolvable for a type that is not in the table. */
export function resourceTypeOf(type: string): ResourceType {
  const known = Object.hasOwn(RESOURCE_TYPES, type) ? RESOURCE_TYPES[type] : undefined;
  if (known === undefined) {
    throw new Unresolvable(
      `resource type "${type}" is not known to the rehearsal; add a row (live or inert) in rehearsal/assembly/resource-types/`,
    );
  }
  return known;
}
