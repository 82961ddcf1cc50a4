import { ListVirtualNodesCommand, ListTagsForResourceCommand as MeshTags } from '@aws-sdk/client-app-mesh';
import {
  ListTagsForResourceCommand as EcsTags,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import {
  ListServicesCommand as ListDiscoveryServicesCommand,
  ListTagsForResourceCommand as MapTags,
} from '@aws-sdk/client-servicediscovery';
import { ENVIRONMENT_TAG, SERVICE_TAG } from '../../core/config/tags';
import { listAll } from '../paging';
import { ask, unlessGone } from './call';
import type { EnvironmentClients } from './clients';
import { type NamedResource, nameArn } from './resource-kinds';

/** A resource that carries the environment's tag. */
export interface TaggedResource extends NamedResource {
  /** The service whose version it belongs to; null for all else. */
  readonly service: string | null;
  /** Name of the stack that made it, even if that stack is gone; null for what no stack made. */
  readonly stack: string | null;
}

/** Tag that CloudFormation itself puts on what a stack makes. */
const STACK_TAG = 'aws:cloudformation:stack-name';

type Tags = Readonly<Record<string, string>>;

/**
 * Everything that carries an environment's tag, and nothing else: the tag index is asked, and the services that hold
 * versions, for the index learns of new resources late and of App Mesh's perhaps not at all.
 */
export async function findTagged(
  clients: EnvironmentClients,
  environment: string,
): Promise<readonly TaggedResource[]> {
  const found = new Map<string, Tags>();
  for (const [arn, tags] of [
    ...(await fromIndex(clients, environment)),
    ...(await nodes(clients, environment)),
    ...(await services(clients, environment)),
    ...(await definitions(clients, environment)),
    ...(await discoveryServices(clients, environment)),
  ]) {
    if (tags[ENVIRONMENT_TAG] === environment) {
      found.set(arn, { ...tags, ...found.get(arn) });
    }
  }
  return [...found].map(([arn, tags]) => ({
    ...nameArn(arn),
    service: tags[SERVICE_TAG] ?? null,
    stack: tags[STACK_TAG] ?? null,
  }));
}

type Found = readonly (readonly [arn: string, tags: Tags])[];

async function fromIndex({ tagging }: EnvironmentClients, environment: string): Promise<Found> {
  const found = await listAll((token) =>
    ask('tag:GetResources', { environment }, async () => {
      const answer = await tagging.send(
        new GetResourcesCommand({
          TagFilters: [{ Key: ENVIRONMENT_TAG, Values: [environment] }],
          ...(token === undefined ? {} : { PaginationToken: token }),
        }),
      );
      return { items: answer.ResourceTagMappingList, next: answer.PaginationToken };
    }),
  );
  return found.map(({ ResourceARN = '', Tags = [] }) => [
    ResourceARN,
    Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  ]);
}

async function nodes({ appMesh }: EnvironmentClients, environment: string): Promise<Found> {
  const mesh = { mesh: environment };
  const list = (nextToken: string | undefined) =>
    ask('appmesh:ListVirtualNodes', mesh, async () => {
      const answer = await appMesh.send(new ListVirtualNodesCommand({ meshName: environment, nextToken }));
      return { items: answer.virtualNodes, next: answer.nextToken };
    });
  const found = (await unlessGone(['NotFoundException'], () => listAll(list))) ?? [];
  return withTags(
    found.map(({ arn }) => arn ?? ''),
    async (resourceArn) => {
      const { tags = [] } = await ask('appmesh:ListTagsForResource', { resourceArn }, () =>
        appMesh.send(new MeshTags({ resourceArn })),
      );
      return tags.map(({ key, value }) => [key, value]);
    },
  );
}

async function services({ ecs }: EnvironmentClients, environment: string): Promise<Found> {
  const list = (nextToken: string | undefined) =>
    ask('ecs:ListServices', { cluster: environment }, async () => {
      const answer = await ecs.send(
        new ListServicesCommand({ cluster: environment, maxResults: 100, nextToken }),
      );
      return { items: answer.serviceArns, next: answer.nextToken };
    });
  return ecsTags(ecs, (await unlessGone(['ClusterNotFoundException'], () => listAll(list))) ?? []);
}

/** Families of versions begin with the environment's name; whose they are, their tags say. */
async function definitions({ ecs }: EnvironmentClients, environment: string): Promise<Found> {
  const found: string[] = [];
  for (const status of ['ACTIVE', 'INACTIVE'] as const) {
    const all = await listAll((nextToken) =>
      ask('ecs:ListTaskDefinitions', { status }, async () => {
        const answer = await ecs.send(new ListTaskDefinitionsCommand({ status, nextToken }));
        return { items: answer.taskDefinitionArns, next: answer.nextToken };
      }),
    );
    found.push(...all.filter((arn) => arn.split('/').at(-1)?.startsWith(`${environment}-`)));
  }
  return ecsTags(ecs, found);
}

function ecsTags(ecs: EnvironmentClients['ecs'], arns: readonly string[]): Promise<Found> {
  return withTags(arns, async (resourceArn) => {
    const { tags = [] } = await ask('ecs:ListTagsForResource', { resourceArn }, () =>
      ecs.send(new EcsTags({ resourceArn })),
    );
    return tags.map(({ key, value }) => [key, value]);
  });
}

async function discoveryServices({ cloudMap }: EnvironmentClients, environment: string): Promise<Found> {
  const all = await listAll((NextToken) =>
    ask('servicediscovery:ListServices', {}, async () => {
      const answer = await cloudMap.send(new ListDiscoveryServicesCommand({ MaxResults: 100, NextToken }));
      return { items: answer.Services, next: answer.NextToken };
    }),
  );
  // Versions are named after the environment; the services' own names are the stacks' business.
  const named = all.filter(({ Name }) => Name?.startsWith(`${environment}-`));
  return withTags(
    named.map(({ Arn }) => Arn ?? ''),
    async (ResourceARN) => {
      const { Tags = [] } = await ask('servicediscovery:ListTagsForResource', { ResourceARN }, () =>
        cloudMap.send(new MapTags({ ResourceARN })),
      );
      return Tags.map(({ Key, Value }) => [Key, Value]);
    },
  );
}

/** How services say that what was listed a moment ago is gone. */
const GONE = [
  'NotFoundException',
  'ServiceNotFoundException',
  'ResourceNotFoundException',
  'InvalidParameterException',
  'ClientException',
];

async function withTags(
  arns: readonly string[],
  tagsOf: (arn: string) => Promise<readonly (readonly [string | undefined, string | undefined])[]>,
): Promise<Found> {
  const found: [string, Tags][] = [];
  for (const arn of arns) {
    const tags = await unlessGone(GONE, () => tagsOf(arn));
    if (tags !== undefined) {
      found.push([arn, Object.fromEntries(tags.map(([key, value]) => [key ?? '', value ?? '']))]);
    }
  }
  return found;
}
