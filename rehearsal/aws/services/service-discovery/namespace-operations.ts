import { randomBytes, randomUUID } from 'node:crypto';
import { ApiError, type ApiOperation } from '../../api';
import { textOf } from '../../server/validation';
import { pageOf } from '../paging';
import { inputs, PAGE_RULES, parse } from './inputs';
import type { Namespace } from './model';
import { OperationBuilder } from './operation';
import { type DiscoveryStore, newId } from './store';

const DEFAULT_SOA_TTL = 15;

/** Namespaces and the operations that create them. */
export function namespaceOperations(store: DiscoveryStore): Record<string, ApiOperation> {
  const build = new OperationBuilder(store);
  return {
    CreatePrivateDnsNamespace: build.createNamespace((input) => createNamespace(store, input)),
    GetNamespace: build.onNamespace('GetNamespace', 'Id', (input) => ({
      Namespace: describe(store, store.namespace(parse(inputs.ById, input).Id)),
    })),
    DeleteNamespace: build.onNamespace('DeleteNamespace', 'Id', (input) => deleteNamespace(store, input)),
    ListNamespaces: build.unscoped('ListNamespaces', (input) => listNamespaces(store, input)),
    GetOperation: {
      iamAction: 'servicediscovery:GetOperation',
      resources: ({ OperationId }) => {
        const { NAMESPACE, SERVICE } = store.findOperation(textOf(OperationId))?.targets ?? {};
        if (NAMESPACE) return [store.arn('namespace', NAMESPACE)];
        return [SERVICE ? store.arn('service', SERVICE) : '*'];
      },
      run: (input) => getOperation(store, input),
    },
  };
}

function createNamespace(store: DiscoveryStore, input: unknown): unknown {
  const { Name, Description, CreatorRequestId, Properties, Tags } = parse(
    inputs.CreatePrivateDnsNamespace,
    input,
  );
  const taken = [...store.namespaces.values()].find(({ name }) => name === Name);
  if (taken)
    throw new ApiError('NamespaceAlreadyExists', `namespace "${Name}" already exists`, 400, {
      NamespaceId: taken.id,
      CreatorRequestId: taken.creatorRequestId,
    });
  const id = newId('ns');
  const namespace: Namespace = {
    id,
    arn: store.arn('namespace', id),
    name: Name,
    description: Description,
    hostedZoneId: `Z${randomBytes(6).toString('hex').toUpperCase()}`,
    soaTtl: Properties?.DnsProperties.SOA.TTL ?? DEFAULT_SOA_TTL,
    creatorRequestId: CreatorRequestId ?? randomUUID(),
    createdAt: store.now(),
  };
  store.namespaces.set(id, namespace);
  store.tags.set(namespace.arn, new Map((Tags ?? []).map(({ Key, Value }) => [Key, Value])));
  store.context.changed(namespace.arn);
  return { OperationId: store.succeeded('CREATE_NAMESPACE', { NAMESPACE: id }) };
}

function deleteNamespace(store: DiscoveryStore, input: unknown): unknown {
  const namespace = store.namespace(parse(inputs.ById, input).Id);
  if (store.servicesOf(namespace.id).length > 0)
    throw new ApiError(
      'ResourceInUse',
      `namespace "${namespace.name}" still has services; delete them first`,
    );
  store.namespaces.delete(namespace.id);
  store.tags.delete(namespace.arn);
  store.context.changed(namespace.arn);
  return { OperationId: store.succeeded('DELETE_NAMESPACE', { NAMESPACE: namespace.id }) };
}

function listNamespaces(store: DiscoveryStore, input: unknown): unknown {
  const { Filters, NextToken, MaxResults } = parse(inputs.ListNamespaces, input);
  const isWanted = (namespace: Namespace) =>
    (Filters ?? []).every(({ Name, Values, Condition }) => {
      if (Name === 'RESOURCE_OWNER') return Values.includes('SELF');
      const value = Name === 'TYPE' ? 'DNS_PRIVATE' : namespace.name;
      return Values.some((wanted) =>
        Condition === 'BEGINS_WITH' ? value.startsWith(wanted) : value === wanted,
      );
    });
  const page = pageOf([...store.namespaces.values()].filter(isWanted), NextToken, MaxResults, PAGE_RULES);
  return { Namespaces: page.items.map((each) => describe(store, each)), NextToken: page.nextToken };
}

function getOperation(store: DiscoveryStore, input: unknown): unknown {
  const { OperationId } = parse(inputs.GetOperation, input);
  const operation = store.findOperation(OperationId);
  if (!operation) throw new ApiError('OperationNotFound', `there is no operation "${OperationId}"`);
  const { id, type, targets, at } = operation;
  return {
    Operation: {
      Id: id,
      OwnerAccount: store.context.account,
      Type: type,
      Status: 'SUCCESS',
      CreateDate: at,
      UpdateDate: at,
      Targets: targets,
    },
  };
}

function describe(store: DiscoveryStore, namespace: Namespace): unknown {
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: store.context.account,
    Name: namespace.name,
    Type: 'DNS_PRIVATE',
    Description: namespace.description,
    ServiceCount: store.servicesOf(namespace.id).length,
    Properties: {
      DnsProperties: { HostedZoneId: namespace.hostedZoneId, SOA: { TTL: namespace.soaTtl } },
      HttpProperties: { HttpName: namespace.name },
    },
    CreateDate: namespace.createdAt,
    CreatorRequestId: namespace.creatorRequestId,
  };
}
