import { KINDS, lineage } from './kinds';
import type { MeshResource } from './store';

/** The body of create, describe, update and delete answers. */
export function describeResource(
  resource: MeshResource,
  account: string,
  status: 'ACTIVE' | 'DELETED',
): Record<string, unknown> {
  const { arn, uid, version, createdAt, lastUpdatedAt, spec } = resource;
  return {
    ...nameMembers(resource),
    metadata: { arn, uid, version, createdAt, lastUpdatedAt, meshOwner: account, resourceOwner: account },
    spec,
    status: { status },
  };
}

/** One item of a list answer. */
export function summarizeResource(resource: MeshResource, account: string): Record<string, unknown> {
  const { arn, version, createdAt, lastUpdatedAt } = resource;
  return {
    ...nameMembers(resource),
    arn,
    version,
    createdAt,
    lastUpdatedAt,
    meshOwner: account,
    resourceOwner: account,
  };
}

function nameMembers({ kind, names }: MeshResource): Record<string, string | undefined> {
  return Object.fromEntries(lineage(kind).map((each, index) => [KINDS[each].nameMember, names[index]]));
}
