import type {
  CreateServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { ECS_PAGES, missing, tagPermission } from './clusters';
import { clusterName, lastSegment } from './names';
import type { ServiceScheduler } from './scheduler';
import { createService, deleteService, updateService } from './service-changes';
import type { EcsStore } from './store';
import { renderService } from './views';

const MAX_DESCRIBED = 10;

/** The operations on ECS services. */
export function serviceOperations(store: EcsStore, scheduler: ServiceScheduler): ApiService['operations'] {
  const { names } = store;
  const context = (input: { readonly cluster?: string }) => ({
    'ecs:cluster': names.cluster(clusterName(input.cluster)),
  });
  const arnOf = (cluster: string | undefined, service: string | undefined) =>
    names.service(clusterName(cluster), lastSegment(service ?? ''));
  const change = (name: string, act: typeof updateService): ApiOperation<UpdateServiceRequest> => ({
    iamAction: `ecs:${name}`,
    resources: (input) => [arnOf(input.cluster, input.service)],
    context,
    run: (input) => ({ service: renderService(store, act(store, scheduler, input)) }),
  });
  const create: ApiOperation<CreateServiceRequest> = {
    iamAction: 'ecs:CreateService',
    resources: (input) => [arnOf(input.cluster, input.serviceName)],
    context,
    alsoNeeds: (input) => tagPermission(arnOf(input.cluster, input.serviceName), 'CreateService', input.tags),
    run: (input) => ({ service: renderService(store, createService(store, scheduler, input)) }),
  };
  const describe: ApiOperation<DescribeServicesRequest> = {
    iamAction: 'ecs:DescribeServices',
    resources: (input) => (input.services ?? []).map((service) => arnOf(input.cluster, service)),
    context,
    run: (input) => describeServices(store, input, arnOf),
  };
  const list: ApiOperation<ListServicesRequest> = {
    iamAction: 'ecs:ListServices',
    resources: () => ['*'],
    context,
    run: (input) => listServices(store, input),
  };
  return {
    CreateService: create,
    UpdateService: change('UpdateService', updateService),
    DeleteService: change('DeleteService', deleteService),
    DescribeServices: describe,
    ListServices: list,
  };
}

function describeServices(
  store: EcsStore,
  input: DescribeServicesRequest,
  arnOf: (cluster: string | undefined, service: string) => string,
) {
  const cluster = store.cluster(input.cluster);
  const asked = input.services ?? [];
  if (asked.length === 0) throw new ApiError('InvalidParameterException', 'Services cannot be empty.');
  if (asked.length > MAX_DESCRIBED)
    throw new ApiError(
      'InvalidParameterException',
      `At most ${MAX_DESCRIBED} services can be described at once.`,
    );
  const found = asked.map((given) => store.service(cluster, given));
  const withTags = input.include?.includes('TAGS') ?? false;
  return {
    services: found
      .filter((service) => service !== undefined)
      .map((service) => renderService(store, service))
      .map((view) => (withTags ? view : { ...view, tags: undefined })),
    failures: asked
      .filter((_, index) => found[index] === undefined)
      .map((given) => missing(arnOf(input.cluster, given))),
  };
}

function listServices(store: EcsStore, input: ListServicesRequest) {
  const cluster = store.cluster(input.cluster);
  const live = [...cluster.services.values()].filter(({ status }) => status !== 'INACTIVE');
  const page = pageOf(live, input.nextToken, input.maxResults ?? 10, ECS_PAGES);
  return { serviceArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
}
