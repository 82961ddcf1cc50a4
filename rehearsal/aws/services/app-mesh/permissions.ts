import type { ApiOperation } from '../../api';
import { textOf } from '../../server/validation';
import { KINDS, type KindRow, lineage } from './kinds';
import { backendNames, requiredReferences } from './references';
import type { MeshStore } from './store';

type Input = Record<string, unknown>;
type Authorization = Pick<ApiOperation, 'iamAction' | 'resources' | 'context' | 'alsoNeeds'>;

/**
 * What IAM evaluates for an operation, from AWS's service authorization reference: the resource itself, and for writes the
 * resources that the spec names (virtual nodes of a route, the provider of a service, the service of a gateway route, and
 * when a node is created its backends). Creating with tags needs `appmesh:TagResource` as well.
 */
export function authorization(operation: string, row: KindRow, store: MeshStore): Authorization {
  const iamAction = `appmesh:${operation}`;
  const arnOf = (input: Input) => store.arn(row.kind, namesIn(lineage(row.kind), input));
  if (operation.startsWith('List'))
    return { iamAction, resources: (input) => listResources(row, store, input) };
  if (!operation.startsWith('Create') && !operation.startsWith('Update'))
    return {
      iamAction,
      resources: (input) => [arnOf(input)],
      context: (input) => resourceTags(store, arnOf(input)),
    };
  const isCreate = operation.startsWith('Create');
  return {
    iamAction,
    resources: (input) => [arnOf(input), ...namedBySpec(row, store, input, isCreate)],
    context: (input) => ({ ...resourceTags(store, arnOf(input)), ...requestTags(input) }),
    alsoNeeds: (input) =>
      isCreate && Array.isArray(input.tags) && input.tags.length > 0
        ? [{ action: 'appmesh:TagResource', resources: [arnOf(input)], context: requestTags(input) }]
        : [],
  };
}

function listResources(row: KindRow, store: MeshStore, input: Input): readonly string[] {
  return row.parent ? [store.arn(row.parent, namesIn(lineage(row.parent), input))] : ['*'];
}

/** IAM is asked before the input is validated: a spec that is not even readable names nothing. */
function namedBySpec(row: KindRow, store: MeshStore, input: Input, isCreate: boolean): readonly string[] {
  const parsed = row.spec.safeParse(input.spec);
  if (!parsed.success) return [];
  const mesh = textOf(input.meshName);
  const references = requiredReferences(row.kind, parsed.data).map(({ kind, name }) =>
    store.arn(kind, [mesh, name]),
  );
  const backends =
    row.kind === 'virtualNode' && isCreate
      ? backendNames(parsed.data as Parameters<typeof backendNames>[0]).map((name) =>
          store.arn('virtualService', [mesh, name]),
        )
      : [];
  return [...new Set([...references, ...backends])];
}

function namesIn(kinds: ReturnType<typeof lineage>, input: Input): readonly string[] {
  return kinds.map((kind) => textOf(input[KINDS[kind].nameMember]));
}

function requestTags({ tags }: Input): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${textOf(tag?.key)}`, textOf(tag?.value)]));
}

function resourceTags(store: MeshStore, arn: string): Record<string, string> {
  const resource = store.findByArn(arn);
  return Object.fromEntries(
    [...(resource?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  );
}
