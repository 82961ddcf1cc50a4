import type { Api, EndpointServices, Properties } from '../../../assembly/deploy/creator';
import { apiOver } from '../../../assembly/deploy/creator';

/** A resource with its tags. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What services hold that carries tags and was made at run time: versions, and the logs that services write. */
export async function runTimeResources(services: EndpointServices): Promise<readonly TaggedResource[]> {
  const api = apiOver(services);
  return [...(await meshResources(api)), ...(await ecsResources(api)), ...(await otherResources(api))];
}

async function meshResources(api: Api): Promise<readonly TaggedResource[]> {
  const found: TaggedResource[] = [];
  for (const { meshName } of await listed(api, 'appMesh', 'ListMeshes', 'meshes', {})) {
    for (const { arn } of await listed(api, 'appMesh', 'ListVirtualNodes', 'virtualNodes', { meshName })) {
      const { tags } = await api.call('appMesh', 'ListTagsForResource', { resourceArn: arn });
      found.push(tagged(arn, tags));
    }
  }
  return found;
}

async function ecsResources(api: Api): Promise<readonly TaggedResource[]> {
  const arns: unknown[] = [];
  const { clusterArns } = await api.call('ecs', 'ListClusters', {});
  for (const cluster of clusterArns as readonly string[]) {
    const { serviceArns } = await api.call('ecs', 'ListServices', { cluster, maxResults: 100 });
    arns.push(...(serviceArns as readonly string[]));
  }
  for (const status of ['ACTIVE', 'INACTIVE']) {
    const { taskDefinitionArns } = await api.call('ecs', 'ListTaskDefinitions', { status });
    arns.push(...(taskDefinitionArns as readonly string[]));
  }
  const found: TaggedResource[] = [];
  for (const arn of arns) {
    const { tags } = await api.call('ecs', 'ListTagsForResource', { resourceArn: arn });
    found.push(tagged(arn, tags));
  }
  return found;
}

async function otherResources(api: Api): Promise<readonly TaggedResource[]> {
  const found: TaggedResource[] = [];
  for (const { Arn } of await listed(api, 'cloudMap', 'ListServices', 'Services', {})) {
    const { Tags } = await api.call('cloudMap', 'ListTagsForResource', { ResourceARN: Arn });
    found.push(tagged(Arn, Tags));
  }
  for (const { logGroupArn } of await listed(api, 'logs', 'DescribeLogGroups', 'logGroups', {})) {
    const { tags } = await api.call('logs', 'ListTagsForResource', { resourceArn: logGroupArn });
    found.push({ arn: String(logGroupArn), tags: tags as TaggedResource['tags'] });
  }
  return found;
}

async function listed(
  api: Api,
  service: keyof EndpointServices,
  operation: string,
  member: string,
  input: Properties,
): Promise<readonly Properties[]> {
  const found: Properties[] = [];
  const tokenName = service === 'cloudMap' ? 'NextToken' : 'nextToken';
  let token: unknown;
  do {
    const answer = await api.call(service, operation, { ...input, [tokenName]: token });
    found.push(...(answer[member] as readonly Properties[]));
    token = answer[tokenName];
  } while (token !== undefined);
  return found;
}

function tagged(arn: unknown, tags: unknown): TaggedResource {
  const pairs = (tags as readonly Readonly<Record<string, unknown>>[]).map((tag) => [
    String(tag.key ?? tag.Key),
    String(tag.value ?? tag.Value),
  ]);
  return { arn: String(arn), tags: Object.fromEntries(pairs) };
}
