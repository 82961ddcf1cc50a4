import { randomUUID } from 'node:crypto';
import { ApiError, type ApiOperation } from '../../api';
import { pageOf } from '../paging';
import { inputs, PAGE_RULES, parse } from './inputs';
import type { DiscoveryEntry } from './model';
import { namespaceIdOf, OperationBuilder } from './operation';
import { bareId, type DiscoveryStore, newId } from './store';

/** Cloud Map services. */
export function serviceOperations(store: DiscoveryStore): Record<string, ApiOperation> {
  const build = new OperationBuilder(store);
  return {
    CreateService: build.createService((input) => ({ Service: describe(store, create(store, input)) })),
    GetService: build.onService('GetService', 'Id', (input) => ({
      Service: describe(store, store.service(parse(inputs.ById, input).Id)),
    })),
    ListServices: build.unscoped('ListServices', (input) => list(store, input)),
    DeleteService: build.onService('DeleteService', 'Id', (input) => remove(store, input)),
  };
}

function create(store: DiscoveryStore, input: Record<string, unknown>): DiscoveryEntry {
  const parsed = parse(inputs.CreateService, input);
  const namespaceId = namespaceIdOf(parsed);
  if (namespaceId === undefined)
    throw new ApiError('InvalidInput', 'NamespaceId is missing; name the namespace of the service');
  const namespace = store.namespace(namespaceId);
  const taken = store.servicesOf(namespace.id).find(({ name }) => name === parsed.Name);
  if (taken)
    throw new ApiError(
      'ServiceAlreadyExists',
      `service "${parsed.Name}" already exists in "${namespace.name}"`,
      400,
      {
        CreatorRequestId: taken.creatorRequestId,
        ServiceId: taken.id,
        ServiceArn: taken.arn,
      },
    );
  const id = newId('srv');
  const service: DiscoveryEntry = {
    id,
    arn: store.arn('service', id),
    name: parsed.Name,
    namespaceId: namespace.id,
    description: parsed.Description,
    dnsConfig: parsed.DnsConfig && {
      RoutingPolicy: parsed.DnsConfig.RoutingPolicy ?? 'MULTIVALUE',
      DnsRecords: parsed.DnsConfig.DnsRecords,
    },
    hasCustomHealth: parsed.HealthCheckCustomConfig !== undefined,
    creatorRequestId: parsed.CreatorRequestId ?? randomUUID(),
    createdAt: store.now(),
    instances: new Map(),
    revision: 0,
  };
  store.services.set(id, service);
  store.tags.set(service.arn, new Map((parsed.Tags ?? []).map(({ Key, Value }) => [Key, Value])));
  store.context.changed(service.arn);
  return service;
}

function remove(store: DiscoveryStore, input: unknown): unknown {
  const service = store.service(parse(inputs.ById, input).Id);
  if (service.instances.size > 0)
    throw new ApiError(
      'ResourceInUse',
      `service "${service.name}" still has ${service.instances.size} registered instances; deregister them first`,
    );
  store.services.delete(service.id);
  store.tags.delete(service.arn);
  store.context.changed(service.arn);
  return {};
}

function list(store: DiscoveryStore, input: unknown): unknown {
  const { Filters, NextToken, MaxResults } = parse(inputs.ListServices, input);
  const wanted = [...store.services.values()].filter((service) =>
    (Filters ?? []).every(({ Name, Values }) =>
      Name === 'RESOURCE_OWNER' ? Values.includes('SELF') : Values.map(bareId).includes(service.namespaceId),
    ),
  );
  const page = pageOf(wanted, NextToken, MaxResults, PAGE_RULES);
  return { Services: page.items.map((each) => describe(store, each)), NextToken: page.nextToken };
}

function describe(store: DiscoveryStore, service: DiscoveryEntry): unknown {
  const { account } = store.context;
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: account,
    Name: service.name,
    NamespaceId: service.namespaceId,
    Description: service.description,
    InstanceCount: service.instances.size,
    DnsConfig: service.dnsConfig && { NamespaceId: service.namespaceId, ...service.dnsConfig },
    Type: service.dnsConfig ? 'DNS_HTTP' : 'HTTP',
    HealthCheckCustomConfig: service.hasCustomHealth ? { FailureThreshold: 1 } : undefined,
    CreateDate: service.createdAt,
    CreatorRequestId: service.creatorRequestId,
    CreatedByAccount: account,
  };
}
