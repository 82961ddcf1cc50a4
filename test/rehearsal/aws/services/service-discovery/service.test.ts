import * as sd from '@aws-sdk/client-servicediscovery';
import type { InstanceRegistry } from '../../../../../rehearsal/aws/services/ecs/instance-registry';
import { ServiceDiscoveryService } from '../../../../../rehearsal/aws/services/service-discovery/service';
import type { Authorizer } from '../../../../../rehearsal/contracts';
import {
  ACCOUNT,
  aClock,
  clientConfig,
  REGION,
  type RunningEndpoint,
  startEndpoint,
} from '../../server/fixtures';

let running: RunningEndpoint;
let service: ServiceDiscoveryService;
let client: sd.ServiceDiscoveryClient;
let changes: string[];
let asked: Parameters<Authorizer>[0][];

beforeEach(async () => {
  changes = [];
  asked = [];
  service = new ServiceDiscoveryService({
    clock: aClock(),
    region: REGION,
    account: ACCOUNT,
    changed: (what) => changes.push(what),
  });
  running = await startEndpoint([service], {
    authorize: (question) => {
      asked.push(question);
      return { allowed: true };
    },
  });
  client = new sd.ServiceDiscoveryClient(
    clientConfig(running.endpoint, running.principals.accessKeyFor('role')),
  );
});
afterEach(() => running.endpoint.close());

async function aNamespace(Name = 'yelb.local'): Promise<string> {
  const { OperationId } = await client.send(new sd.CreatePrivateDnsNamespaceCommand({ Name, Vpc: 'vpc-1' }));
  const { Operation } = await client.send(new sd.GetOperationCommand({ OperationId }));
  return Operation?.Targets?.NAMESPACE ?? '';
}

async function aService(overrides: Partial<sd.CreateServiceCommandInput> = {}): Promise<sd.Service> {
  const NamespaceId = overrides.NamespaceId ?? (await aNamespace());
  const created = await client.send(
    new sd.CreateServiceCommand({
      Name: 'appserver',
      NamespaceId,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
      HealthCheckCustomConfig: {},
      ...overrides,
    }),
  );
  return created.Service ?? {};
}

const register = (
  ServiceId: string | undefined,
  InstanceId = 'task-1',
  Attributes: Record<string, string> = { AWS_INSTANCE_IPV4: '127.0.1.1' },
) => client.send(new sd.RegisterInstanceCommand({ ServiceId, InstanceId, Attributes }));

const discover = (HealthStatus?: sd.HealthStatusFilter, QueryParameters?: Record<string, string>) =>
  client.send(
    new sd.DiscoverInstancesCommand({
      NamespaceName: 'yelb.local',
      ServiceName: 'appserver',
      HealthStatus,
      QueryParameters,
    }),
  );

describe('Cloud Map namespaces', () => {
  it('are there as soon as the call returns, with a succeeded operation', async () => {
    const Id = await aNamespace();
    const { Namespace } = await client.send(new sd.GetNamespaceCommand({ Id }));
    expect(Namespace).toMatchObject({
      Id,
      Arn: `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:namespace/${Id}`,
      Name: 'yelb.local',
      Type: 'DNS_PRIVATE',
      ServiceCount: 0,
      CreateDate: new Date('2030-01-01T00:00:00Z'),
    });
    const byArn = await client.send(new sd.GetNamespaceCommand({ Id: Namespace?.Arn }));
    expect(byArn.Namespace?.Id).toBe(Id);
  });

  it('are listed page by page and filtered by name', async () => {
    for (const name of ['a.local', 'b.local', 'c.local']) await aNamespace(name);
    const pages = [];
    for await (const page of sd.paginateListNamespaces({ client, pageSize: 2 }, {}))
      pages.push(page.Namespaces?.length);
    expect(pages).toEqual([2, 1]);
    const Filters = [{ Name: 'NAME' as const, Values: ['b'], Condition: 'BEGINS_WITH' as const }];
    const { Namespaces } = await client.send(new sd.ListNamespacesCommand({ Filters }));
    expect(Namespaces?.map(({ Name }) => Name)).toEqual(['b.local']);
  });

  it('fails for a taken name, an unknown id and an unknown operation', async () => {
    const Id = await aNamespace();
    await expect(aNamespace()).rejects.toMatchObject({ name: 'NamespaceAlreadyExists', NamespaceId: Id });
    await expect(client.send(new sd.GetNamespaceCommand({ Id: 'ns-no' }))).rejects.toMatchObject({
      name: 'NamespaceNotFound',
    });
    await expect(client.send(new sd.GetOperationCommand({ OperationId: 'no' }))).rejects.toMatchObject({
      name: 'OperationNotFound',
    });
  });

  it('are deleted only when empty', async () => {
    const { Id, NamespaceId } = await aService();
    const remove = () => client.send(new sd.DeleteNamespaceCommand({ Id: NamespaceId }));
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceInUse' });
    await client.send(new sd.DeleteServiceCommand({ Id }));
    await expect(remove()).resolves.toMatchObject({ OperationId: expect.any(String) });
  });
});

describe('Cloud Map services', () => {
  it('are found by namespace', async () => {
    const { Id, NamespaceId } = await aService();
    await aService({ NamespaceId: await aNamespace('other.local') });
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [NamespaceId ?? ''] }];
    const { Services } = await client.send(new sd.ListServicesCommand({ Filters }));
    expect(Services?.map((each) => each.Id)).toEqual([Id]);
    const { Service } = await client.send(new sd.GetServiceCommand({ Id }));
    expect(Service).toMatchObject({
      Name: 'appserver',
      InstanceCount: 0,
      Type: 'DNS_HTTP',
      DnsConfig: { NamespaceId, RoutingPolicy: 'MULTIVALUE' },
    });
  });

  it('take the namespace from the DNS settings too', async () => {
    const NamespaceId = await aNamespace();
    const { Service } = await client.send(
      new sd.CreateServiceCommand({
        Name: 's',
        DnsConfig: { NamespaceId, DnsRecords: [{ Type: 'A', TTL: 1 }] },
      }),
    );
    expect(Service?.NamespaceId).toBe(NamespaceId);
  });

  it('fail when they exist, with the id of the one that does', async () => {
    const { Id, NamespaceId } = await aService();
    await expect(aService({ NamespaceId })).rejects.toMatchObject({
      name: 'ServiceAlreadyExists',
      ServiceId: Id,
    });
  });

  it('fail in a missing namespace, without one, and with a bad name', async () => {
    await expect(aService({ NamespaceId: 'ns-no' })).rejects.toMatchObject({ name: 'NamespaceNotFound' });
    await expect(client.send(new sd.CreateServiceCommand({ Name: 's' }))).rejects.toMatchObject({
      name: 'InvalidInput',
    });
    await expect(aService({ Name: '-bad-' })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('are not deleted while instances remain', async () => {
    const { Id } = await aService();
    await register(Id);
    await expect(client.send(new sd.DeleteServiceCommand({ Id }))).rejects.toMatchObject({
      name: 'ResourceInUse',
    });
    await client.send(new sd.DeregisterInstanceCommand({ ServiceId: Id, InstanceId: 'task-1' }));
    await client.send(new sd.DeleteServiceCommand({ Id }));
    await expect(client.send(new sd.GetServiceCommand({ Id }))).rejects.toMatchObject({
      name: 'ServiceNotFound',
    });
  });
});

describe('Cloud Map instances', () => {
  it('are listed, discovered, and replaced by a second registration', async () => {
    const { Id } = await aService();
    await register(Id, 'task-1', { AWS_INSTANCE_IPV4: '127.0.1.1', AWS_INSTANCE_PORT: '4567', version: 'a' });
    await register(Id, 'task-1', { AWS_INSTANCE_IPV4: '127.0.1.2', AWS_INSTANCE_PORT: '4567', version: 'b' });
    const { Instances } = await client.send(new sd.ListInstancesCommand({ ServiceId: Id }));
    expect(Instances).toEqual([
      {
        Id: 'task-1',
        Attributes: { AWS_INSTANCE_IPV4: '127.0.1.2', AWS_INSTANCE_PORT: '4567', version: 'b' },
      },
    ]);
    expect((await discover()).Instances).toMatchObject([
      { InstanceId: 'task-1', HealthStatus: 'HEALTHY', NamespaceName: 'yelb.local' },
    ]);
    expect((await discover('ALL', { version: 'a' })).Instances).toEqual([]);
    expect(service.instances()).toEqual([
      {
        namespaceName: 'yelb.local',
        serviceName: 'appserver',
        instanceId: 'task-1',
        ip: '127.0.1.2',
        port: 4567,
        healthy: true,
      },
    ]);
  });

  it('are healthy until somebody says otherwise', async () => {
    const { Id: ServiceId } = await aService();
    await register(ServiceId, 'good');
    await register(ServiceId, 'bad');
    await client.send(
      new sd.UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId: 'bad', Status: 'UNHEALTHY' }),
    );
    const { Status } = await client.send(new sd.GetInstancesHealthStatusCommand({ ServiceId }));
    expect(Status).toEqual({ good: 'HEALTHY', bad: 'UNHEALTHY' });
    const ids = async (filter?: sd.HealthStatusFilter) =>
      (await discover(filter)).Instances?.map(({ InstanceId }) => InstanceId);
    expect(await ids()).toEqual(['good']);
    expect(await ids('UNHEALTHY')).toEqual(['bad']);
    expect(await ids('ALL')).toEqual(['good', 'bad']);
    service.setHealth(ServiceId ?? '', 'good', false);
    expect(await ids()).toEqual(['good', 'bad']);
    expect(await ids('HEALTHY')).toEqual([]);
  });

  it('are registered by ECS through the same service', async () => {
    const { Arn = '' } = await aService();
    const registry: InstanceRegistry = service;
    await registry.register(Arn, 'task-9', { AWS_INSTANCE_IPV4: '127.0.1.9' });
    expect(service.instances()).toMatchObject([
      { instanceId: 'task-9', ip: '127.0.1.9', port: 0, healthy: true },
    ]);
  });

  it('raise the revision and tell of every change, but not of the same health twice', async () => {
    const { Id = '', Arn } = await aService();
    changes.length = 0;
    service.register(Arn ?? '', 't', { AWS_INSTANCE_IPV4: '127.0.1.1' });
    service.setHealth(Id, 't', true);
    service.setHealth(Id, 't', false);
    service.deregister(Id, 't');
    service.deregister(Id, 't');
    expect(changes).toEqual([Arn, Arn, Arn]);
    expect((await discover()).InstancesRevision).toBe(3);
  });

  it('fail without the attributes that the records need, or with a port that is none', async () => {
    const { Id, NamespaceId } = await aService();
    await expect(register(Id, 't', { version: 'a' })).rejects.toThrow(
      'a A record needs the attribute AWS_INSTANCE_IPV4',
    );
    const srv = await aService({
      NamespaceId,
      Name: 'srv',
      DnsConfig: { DnsRecords: [{ Type: 'SRV', TTL: 1 }] },
    });
    await expect(register(srv.Id)).rejects.toThrow('AWS_INSTANCE_PORT');
    await expect(
      register(Id, 't', { AWS_INSTANCE_IPV4: '127.0.0.1', AWS_INSTANCE_PORT: '70000' }),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('fail for what is not there', async () => {
    const { Id: ServiceId } = await aService({ HealthCheckCustomConfig: undefined });
    await expect(register('srv-no')).rejects.toMatchObject({ name: 'ServiceNotFound' });
    const gone = { ServiceId, InstanceId: 'gone' };
    await expect(client.send(new sd.DeregisterInstanceCommand(gone))).rejects.toMatchObject({
      name: 'InstanceNotFound',
    });
    await register(ServiceId, 'there');
    const health = { ServiceId, InstanceId: 'there', Status: 'HEALTHY' as const };
    await expect(client.send(new sd.UpdateInstanceCustomHealthStatusCommand(health))).rejects.toMatchObject({
      name: 'CustomHealthNotFound',
    });
    expect(() => service.register('srv-no', 'x', {})).toThrow('there is no service "srv-no"');
    expect(() => service.deregister('srv-no', 'x')).not.toThrow();
  });
});

describe('Cloud Map tags and permissions', () => {
  it('adds, lists and removes tags', async () => {
    const { Arn: ResourceARN } = await aService({ Tags: [{ Key: 'a', Value: '1' }] });
    await client.send(new sd.TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await client.send(new sd.UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await client.send(new sd.ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
    await expect(
      client.send(new sd.ListTagsForResourceCommand({ ResourceARN: 'arn:no' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('asks for what AWS evaluates', async () => {
    const { Id, Arn, NamespaceId } = await aService({ Tags: [{ Key: 'env', Value: 'dev' }] });
    await register(Id);
    await discover();
    const namespaceArn = `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:namespace/${NamespaceId}`;
    expect(asked.map(({ action, resources, context }) => ({ action, resources, context })).slice(2)).toEqual([
      {
        action: 'servicediscovery:CreateService',
        resources: [namespaceArn, `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:service/*`],
        context: { 'servicediscovery:NamespaceArn': namespaceArn, 'aws:RequestTag/env': 'dev' },
      },
      { action: 'servicediscovery:TagResource', resources: ['*'], context: { 'aws:RequestTag/env': 'dev' } },
      {
        action: 'servicediscovery:RegisterInstance',
        resources: [Arn],
        context: { 'servicediscovery:ServiceArn': Arn, 'aws:ResourceTag/env': 'dev' },
      },
      {
        action: 'servicediscovery:DiscoverInstances',
        resources: [namespaceArn, Arn],
        context: {
          'servicediscovery:NamespaceName': 'yelb.local',
          'servicediscovery:ServiceName': 'appserver',
        },
      },
    ]);
  });
});
