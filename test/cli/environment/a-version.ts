import type { TestAccount } from './an-account';
import { DEMO_TAGS } from './templates';

const TAGS = { ...DEMO_TAGS, 'ecs-canary:service': 'web', 'ecs-canary:version': 'aaaaaaaa' };
const list = (key: string, value: string) => Object.entries(TAGS).map(([k, v]) => ({ [key]: k, [value]: v }));

/** Starts a version of `web` and gives it traffic, with the calls that a rollout makes. */
export async function releaseVersion({ account }: TestAccount, version = 'aaaaaaaa'): Promise<void> {
  const { appMesh, cloudMap, ecs } = account.services;
  const call = (service: typeof appMesh | typeof cloudMap | typeof ecs, operation: string, input: object) =>
    service.operations[operation]?.run({ ...input } as never) as Promise<Record<string, unknown>>;
  const name = `demo-web-${version}`;
  const { Namespaces } = await call(cloudMap, 'ListNamespaces', {});
  const NamespaceId = (Namespaces as { Id: string }[])[0]?.Id;
  const { Service } = await call(cloudMap, 'CreateService', {
    Name: name,
    NamespaceId,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }], RoutingPolicy: 'MULTIVALUE' },
    HealthCheckCustomConfig: { FailureThreshold: 1 },
    Tags: list('Key', 'Value'),
  });
  const { taskDefinition } = await call(ecs, 'RegisterTaskDefinition', {
    family: name,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::111122223333:role/x',
    containerDefinitions: [{ name: 'app', image: 'app:1', essential: true }],
    tags: list('key', 'value'),
  });
  await call(ecs, 'CreateService', {
    cluster: 'demo',
    serviceName: name,
    taskDefinition: (taskDefinition as { taskDefinitionArn: string }).taskDefinitionArn,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    serviceRegistries: [{ registryArn: (Service as { Arn: string }).Arn }],
    tags: list('key', 'value'),
  });
  await call(appMesh, 'CreateVirtualNode', {
    meshName: 'demo',
    virtualNodeName: name,
    spec: {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: name } },
    },
    tags: list('key', 'value'),
  });
  const action = { weightedTargets: [{ virtualNode: name, weight: 100 }] };
  await call(appMesh, 'CreateRoute', {
    meshName: 'demo',
    virtualRouterName: 'web',
    routeName: 'web',
    spec: { httpRoute: { match: { prefix: '/' }, action } },
  });
}
