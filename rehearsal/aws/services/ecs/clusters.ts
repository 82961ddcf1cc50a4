import type { CreateClusterRequest, Failure, Tag } from '@aws-sdk/client-ecs';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import type { ClusterModel } from './model';
import { clusterName } from './names';
import type { EcsStore } from './store';
import { renderCluster } from './views';

interface ClusterInput {
  readonly cluster?: string;
}

/** Page sizes and token error of ECS listings. */
export const ECS_PAGES = { defaultSize: 100, maxSize: 100, tokenError: 'InvalidParameterException' };

/** ECS asks for `ecs:TagResource` too when a creating call carries tags. */
export function tagPermission(arn: string, action: string, tags: readonly Tag[] | undefined) {
  if (tags === undefined || tags.length === 0) return [];
  return [{ action: 'ecs:TagResource', resources: [arn], context: { 'ecs:CreateAction': action } }];
}

/** A failure entry for something that does not exist. */
export function missing(arn: string): Failure {
  return { arn, reason: 'MISSING' };
}

/** CreateCluster, DescribeClusters, ListClusters and DeleteCluster. */
export function clusterOperations(store: EcsStore): ApiService['operations'] {
  const { names } = store;
  const arnOf = (given: string | undefined) => names.cluster(clusterName(given));
  const createCluster: ApiOperation<CreateClusterRequest> = {
    iamAction: 'ecs:CreateCluster',
    resources: (input) => [arnOf(input.clusterName)],
    alsoNeeds: (input) => tagPermission(arnOf(input.clusterName), 'CreateCluster', input.tags),
    run: (input) => ({ cluster: renderCluster(store, create(store, input)) }),
  };
  const describeClusters: ApiOperation<{ readonly clusters?: readonly string[] }> = {
    iamAction: 'ecs:DescribeClusters',
    resources: ({ clusters = ['default'] }) => clusters.map(arnOf),
    run: ({ clusters = ['default'] }) => describe(store, clusters),
  };
  const listClusters: ApiOperation<{ readonly nextToken?: string; readonly maxResults?: number }> = {
    iamAction: 'ecs:ListClusters',
    resources: () => ['*'],
    run: ({ nextToken, maxResults }) => {
      const active = [...store.clusters.values()].filter(({ status }) => status === 'ACTIVE');
      const page = pageOf(active, nextToken, maxResults, ECS_PAGES);
      return { clusterArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
    },
  };
  const deleteCluster: ApiOperation<ClusterInput> = {
    iamAction: 'ecs:DeleteCluster',
    resources: (input) => [arnOf(input.cluster)],
    run: (input) => ({ cluster: renderCluster(store, remove(store, input)) }),
  };
  return {
    CreateCluster: createCluster,
    DescribeClusters: describeClusters,
    ListClusters: listClusters,
    DeleteCluster: deleteCluster,
  };
}

function create(store: EcsStore, input: CreateClusterRequest): ClusterModel {
  const name = clusterName(input.clusterName);
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
    throw new ApiError(
      'InvalidParameterException',
      'Identifier is invalid: use letters, numbers, hyphens and underscores.',
    );
  const existing = store.clusters.get(name);
  if (existing?.status === 'ACTIVE') return existing;
  const cluster: ClusterModel = {
    name,
    arn: store.names.cluster(name),
    status: 'ACTIVE',
    tags: [...(input.tags ?? [])],
    services: new Map(),
  };
  store.clusters.set(name, cluster);
  store.context.changed(`ecs:cluster:${name}`);
  return cluster;
}

function describe(store: EcsStore, given: readonly string[]) {
  const found = given.map((each) => store.clusters.get(clusterName(each)));
  return {
    clusters: found.filter((each) => each !== undefined).map((each) => renderCluster(store, each)),
    failures: given
      .filter((_, index) => found[index] === undefined)
      .map((each) => missing(store.names.cluster(clusterName(each)))),
  };
}

function remove(store: EcsStore, input: ClusterInput): ClusterModel {
  const cluster = store.cluster(input.cluster);
  if ([...cluster.services.values()].some(({ status }) => status !== 'INACTIVE'))
    throw new ApiError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  cluster.status = 'INACTIVE';
  store.context.changed(`ecs:cluster:${cluster.name}`);
  return cluster;
}
