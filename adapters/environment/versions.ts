import {
  DeleteRouteCommand,
  DeleteVirtualNodeCommand,
  ListRoutesCommand,
  ListVirtualRoutersCommand,
  ListTagsForResourceCommand as MeshTags,
} from '@aws-sdk/client-app-mesh';
import {
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DeleteServiceCommand as DeleteDiscoveryServiceCommand,
  DeregisterInstanceCommand,
  GetServiceCommand,
  ListInstancesCommand,
} from '@aws-sdk/client-servicediscovery';
import { ENVIRONMENT_TAG } from '../../core/config/tags';
import { listAll } from '../paging';
import { ask, unlessGone } from './call';
import type { EnvironmentClients } from './clients';
import type { NamedResource } from './resource-kinds';

/** A route of the mesh: what sends traffic to versions. */
export interface MeshRoute {
  readonly mesh: string;
  readonly router: string;
  readonly route: string;
}

const NOT_FOUND = ['NotFoundException'];

/** Routes of the environment's mesh, or of one service's router. A mesh of that name that is not tagged has none. */
export async function findRoutes(
  { appMesh }: EnvironmentClients,
  environment: string,
  service: string | null = null,
): Promise<readonly MeshRoute[]> {
  const meshName = environment;
  const routers = await unlessGone(NOT_FOUND, () =>
    listAll((nextToken) =>
      ask('appmesh:ListVirtualRouters', { mesh: meshName }, async () => {
        const answer = await appMesh.send(new ListVirtualRoutersCommand({ meshName, nextToken }));
        return { items: answer.virtualRouters, next: answer.nextToken };
      }),
    ),
  );
  const found: MeshRoute[] = [];
  for (const { virtualRouterName = '', arn = '' } of routers ?? []) {
    if ((service !== null && virtualRouterName !== service) || !(await isTagged(appMesh, arn, environment))) {
      continue;
    }
    const routes = await unlessGone(NOT_FOUND, () =>
      ask('appmesh:ListRoutes', { mesh: meshName, router: virtualRouterName }, () =>
        appMesh.send(new ListRoutesCommand({ meshName, virtualRouterName })),
      ),
    );
    found.push(
      ...(routes?.routes ?? []).map(({ routeName = '' }) => ({
        mesh: meshName,
        router: virtualRouterName,
        route: routeName,
      })),
    );
  }
  return found;
}

async function isTagged(
  appMesh: EnvironmentClients['appMesh'],
  arn: string,
  environment: string,
): Promise<boolean> {
  const answer = await unlessGone(NOT_FOUND, () =>
    ask('appmesh:ListTagsForResource', { arn }, () => appMesh.send(new MeshTags({ resourceArn: arn }))),
  );
  return (answer?.tags ?? []).some(({ key, value }) => key === ENVIRONMENT_TAG && value === environment);
}

/** Takes all traffic from a service's versions. */
export async function removeRoute(
  { appMesh }: EnvironmentClients,
  { mesh, router, route }: MeshRoute,
): Promise<void> {
  await unlessGone(NOT_FOUND, () =>
    ask('appmesh:DeleteRoute', { mesh, router, route }, () =>
      appMesh.send(new DeleteRouteCommand({ meshName: mesh, virtualRouterName: router, routeName: route })),
    ),
  );
}

/** Whether removing has taken effect, or is to be tried again. */
export type Removal = 'removed' | 'pending';

interface VersionKind {
  isThere(clients: EnvironmentClients, id: string): Promise<boolean>;
  remove(clients: EnvironmentClients, id: string): Promise<Removal>;
}

/** The kinds of resources that a version is made of, in the order in which they can go. */
export const VERSION_KINDS: Readonly<Record<string, VersionKind>> = {
  'AWS::AppMesh::VirtualNode': {
    isThere: async () => true,
    remove: async ({ appMesh }, arn) => {
      const [, mesh = '', node = ''] = /mesh\/([^/]+)\/virtualNode\/(.+)$/.exec(arn) ?? [];
      await unlessGone(NOT_FOUND, () =>
        ask('appmesh:DeleteVirtualNode', { mesh, node }, () =>
          appMesh.send(new DeleteVirtualNodeCommand({ meshName: mesh, virtualNodeName: node })),
        ),
      );
      return 'removed';
    },
  },
  'AWS::ECS::Service': {
    isThere: async (clients, arn) => (await serviceStatus(clients, arn)) !== 'INACTIVE',
    remove: async (clients, arn) => {
      if ((await serviceStatus(clients, arn)) === 'ACTIVE') {
        const { cluster, service } = serviceOf(arn);
        await unlessGone(
          ['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException'],
          () =>
            ask('ecs:DeleteService', { cluster, service }, () =>
              clients.ecs.send(new DeleteServiceCommand({ cluster, service, force: true })),
            ),
        );
      }
      return (await serviceStatus(clients, arn)) === 'INACTIVE' ? 'removed' : 'pending';
    },
  },
  'AWS::ECS::TaskDefinition': {
    isThere: async (clients, arn) => ['ACTIVE', 'INACTIVE'].includes(await definitionStatus(clients, arn)),
    remove: async (clients, arn) => {
      const on = { taskDefinition: arn };
      if ((await definitionStatus(clients, arn)) === 'ACTIVE') {
        await ask('ecs:DeregisterTaskDefinition', on, () =>
          clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn })),
        );
      }
      await ask('ecs:DeleteTaskDefinitions', on, () =>
        clients.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] })),
      );
      return 'removed';
    },
  },
  'AWS::ServiceDiscovery::Service': {
    isThere: async ({ cloudMap }, Id) =>
      (await unlessGone(['ServiceNotFound'], () =>
        ask('servicediscovery:GetService', { id: Id }, () => cloudMap.send(new GetServiceCommand({ Id }))),
      )) !== undefined,
    remove: async (clients, id) => {
      await unlessGone(['ServiceNotFound'], async () => {
        await deregisterAll(clients, id);
        await ask('servicediscovery:DeleteService', { id }, () =>
          clients.cloudMap.send(new DeleteDiscoveryServiceCommand({ Id: id })),
        );
      });
      return 'removed';
    },
  },
};

/** Whether a resource is a part of a version. */
export function isVersionPart({
  type,
  service,
}: NamedResource & { readonly service: string | null }): boolean {
  return service !== null && type in VERSION_KINDS;
}

function serviceOf(arn: string): { readonly cluster: string; readonly service: string } {
  const [, cluster = '', service = ''] = arn.split(':').at(-1)?.split('/') ?? [];
  return { cluster, service };
}

async function serviceStatus({ ecs }: EnvironmentClients, arn: string): Promise<string> {
  const { cluster, service } = serviceOf(arn);
  const answer = await unlessGone(['ClusterNotFoundException'], () =>
    ask('ecs:DescribeServices', { cluster, service }, () =>
      ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
    ),
  );
  return answer?.services?.[0]?.status ?? 'INACTIVE';
}

async function definitionStatus({ ecs }: EnvironmentClients, arn: string): Promise<string> {
  const answer = await unlessGone(['ClientException'], () =>
    ask('ecs:DescribeTaskDefinition', { taskDefinition: arn }, () =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn })),
    ),
  );
  return answer?.taskDefinition?.status ?? 'gone';
}

/** What tasks that ended badly left behind would keep the service from being deleted. */
async function deregisterAll({ cloudMap }: EnvironmentClients, ServiceId: string): Promise<void> {
  const { Instances = [] } = await ask('servicediscovery:ListInstances', { service: ServiceId }, () =>
    cloudMap.send(new ListInstancesCommand({ ServiceId })),
  );
  for (const { Id } of Instances) {
    await unlessGone(['InstanceNotFound'], () =>
      ask('servicediscovery:DeregisterInstance', { service: ServiceId, instance: Id }, () =>
        cloudMap.send(new DeregisterInstanceCommand({ ServiceId, InstanceId: Id })),
      ),
    );
  }
}
