import {
  AppMeshClient,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeRouteCommand,
  ListRoutesCommand,
  ListVirtualNodesCommand,
} from '@aws-sdk/client-app-mesh';
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  ListServicesCommand as ListCloudMapServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { versionOfResource } from '../../core/config/service-binding';
import type { Environment } from '../../rehearsal/environment/environment';

/** What AWS holds of one service, asked through its API; versions sorted. */
export interface Holdings {
  /** Weights of the route by version; null without route. */
  readonly split: Readonly<Record<string, number>> | null;
  readonly virtualNodes: readonly string[];
  readonly ecsServices: readonly string[];
  readonly cloudMapServices: readonly string[];
  readonly taskDefinitions: readonly string[];
  /** Versions that run as many tasks as they should, at least one. */
  readonly running: readonly string[];
  /** Who holds the service's lease and who waits for it. */
  readonly lease: { readonly holder: unknown; readonly waiting: unknown; readonly stable: unknown };
}

/** How the operator's clients reach the rehearsal's AWS. */
export function operatorOf(environment: Environment) {
  return {
    region: environment.aws.deployed.region,
    endpoint: environment.aws.endpoint.url,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'none' },
  };
}

/** Asks every AWS service what it holds of a service. */
export async function holdingsOf(environment: Environment, name: string, service: string): Promise<Holdings> {
  const settings = operatorOf(environment);
  const [mesh, ecs] = [new AppMeshClient(settings), new ECSClient(settings)];
  const versions = (names: readonly (string | undefined)[]): string[] =>
    names.flatMap((each) => versionOfResource({ environment: name, service }, each ?? '') ?? []).sort();
  const nodes = await mesh.send(new ListVirtualNodesCommand({ meshName: name }));
  const services = await ecs.send(new ListServicesCommand({ cluster: name, maxResults: 100 }));
  const ecsServices = versions((services.serviceArns ?? []).map((arn) => arn.split('/').at(-1)));
  const definitions = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const cloudMap = await new ServiceDiscoveryClient(settings).send(new ListCloudMapServicesCommand({}));
  const running: string[] = [];
  for (const version of ecsServices) {
    const full = `${name}-${service}-${version}`;
    const described = await ecs.send(new DescribeServicesCommand({ cluster: name, services: [full] }));
    const tasks = await ecs.send(
      new ListTasksCommand({ cluster: name, serviceName: full, desiredStatus: 'RUNNING' }),
    );
    const { desiredCount = 0, runningCount = 0 } = described.services?.[0] ?? {};
    if (desiredCount > 0 && runningCount === desiredCount && tasks.taskArns?.length === desiredCount) {
      running.push(version);
    }
  }
  return {
    split: await splitOf(mesh, name, service),
    virtualNodes: versions((nodes.virtualNodes ?? []).map((node) => node.virtualNodeName)),
    ecsServices,
    cloudMapServices: versions((cloudMap.Services ?? []).map((each) => each.Name)),
    taskDefinitions: versions(
      (definitions.taskDefinitionArns ?? []).map((arn) => arn.split('/').at(-1)?.split(':')[0]),
    ),
    running,
    lease: await leaseOf(new DynamoDBClient(settings), service),
  };
}

/**
 * Somebody makes a route of their own that names a version: App Mesh then refuses to delete its virtual node, with
 * `ResourceInUseException`, until the route is gone.
 */
export async function referToVersion(
  environment: Environment,
  name: string,
  service: string,
  version: string,
): Promise<{ remove(): Promise<void> }> {
  const mesh = new AppMeshClient(operatorOf(environment));
  const route = { meshName: name, virtualRouterName: service, routeName: 'made-by-hand' };
  const weightedTargets = [{ virtualNode: `${name}-${service}-${version}`, weight: 1 }];
  await mesh.send(
    new CreateRouteCommand({
      ...route,
      spec: { priority: 1, httpRoute: { match: { prefix: '/by-hand' }, action: { weightedTargets } } },
    }),
  );
  return {
    remove: async () => {
      await mesh.send(new DeleteRouteCommand(route));
    },
  };
}

async function splitOf(mesh: AppMeshClient, name: string, service: string): Promise<Holdings['split']> {
  const { routes = [] } = await mesh.send(
    new ListRoutesCommand({ meshName: name, virtualRouterName: service }),
  );
  const [first] = routes;
  if (first === undefined) {
    return null;
  }
  const { route } = await mesh.send(
    new DescribeRouteCommand({ meshName: name, virtualRouterName: service, routeName: first.routeName }),
  );
  const targets = route?.spec?.httpRoute?.action?.weightedTargets ?? [];
  return Object.fromEntries(
    targets.map(({ virtualNode = '', weight = 0 }) => [
      versionOfResource({ environment: name, service }, virtualNode) ?? virtualNode,
      weight,
    ]),
  );
}

async function leaseOf(client: DynamoDBClient, service: string): Promise<Holdings['lease']> {
  const { TableNames: [table] = [] } = await client.send(new ListTablesCommand({}));
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: `service#${service}` }, sk: { S: 'state' } } }),
  );
  const body = Item?.body?.M;
  const plain = (key: string): unknown =>
    body?.[key]?.NULL === true ? null : (body?.[key]?.S ?? body?.[key]?.M);
  return { holder: plain('holder'), waiting: plain('waiting'), stable: plain('stable') };
}

/** Everything at one version, nothing else there, and the service free for its next release. */
export function expectOnly(held: Holdings, version: string | undefined): void {
  expect(held).toEqual({
    split: { [version ?? '']: 100 },
    virtualNodes: [version],
    ecsServices: [version],
    cloudMapServices: [version],
    taskDefinitions: [version],
    running: [version],
    lease: { holder: null, waiting: null, stable: version },
  });
}
