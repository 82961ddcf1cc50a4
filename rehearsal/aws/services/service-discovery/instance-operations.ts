import { ApiError, type ApiOperation } from '../../api';
import { pageOf } from '../paging';
import { inputs, PAGE_RULES, parse } from './inputs';
import { deregisterInstance, registerInstance, setInstanceHealth } from './instances';
import type { DiscoveryEntry, Instance } from './model';
import { OperationBuilder } from './operation';
import type { DiscoveryStore } from './store';

/** Instances: registering, finding and judging them. */
export function instanceOperations(store: DiscoveryStore): Record<string, ApiOperation> {
  const build = new OperationBuilder(store);
  const onService = (name: string, run: ApiOperation['run']) => build.onService(name, 'ServiceId', run);
  return {
    RegisterInstance: onService('RegisterInstance', (input) => {
      const { ServiceId, InstanceId, Attributes, CreatorRequestId } = parse(inputs.RegisterInstance, input);
      const service = store.service(ServiceId);
      registerInstance(store, service, {
        id: InstanceId,
        attributes: Attributes,
        creatorRequestId: CreatorRequestId,
      });
      return {
        OperationId: store.succeeded('REGISTER_INSTANCE', { SERVICE: service.id, INSTANCE: InstanceId }),
      };
    }),
    DeregisterInstance: onService('DeregisterInstance', (input) => {
      const { ServiceId, InstanceId } = parse(inputs.Instance, input);
      const service = store.service(ServiceId);
      store.instance(service, InstanceId);
      deregisterInstance(store, service, InstanceId);
      return {
        OperationId: store.succeeded('DEREGISTER_INSTANCE', { SERVICE: service.id, INSTANCE: InstanceId }),
      };
    }),
    GetInstance: onService('GetInstance', (input) => {
      const { ServiceId, InstanceId } = parse(inputs.Instance, input);
      const { id, attributes, creatorRequestId } = store.instance(store.service(ServiceId), InstanceId);
      return { Instance: { Id: id, Attributes: attributes, CreatorRequestId: creatorRequestId } };
    }),
    ListInstances: onService('ListInstances', (input) => {
      const { ServiceId, NextToken, MaxResults } = parse(inputs.ListInstances, input);
      const page = pageOf(
        [...store.service(ServiceId).instances.values()],
        NextToken,
        MaxResults,
        PAGE_RULES,
      );
      return {
        ResourceOwner: store.context.account,
        Instances: page.items.map(({ id, attributes }) => ({ Id: id, Attributes: attributes })),
        NextToken: page.nextToken,
      };
    }),
    UpdateInstanceCustomHealthStatus: onService('UpdateInstanceCustomHealthStatus', (input) => {
      const { ServiceId, InstanceId, Status } = parse(inputs.UpdateInstanceCustomHealthStatus, input);
      const service = store.service(ServiceId);
      store.instance(service, InstanceId);
      if (!service.hasCustomHealth)
        throw new ApiError(
          'CustomHealthNotFound',
          `service "${service.name}" has no HealthCheckCustomConfig`,
        );
      setInstanceHealth(store, service, InstanceId, Status === 'HEALTHY');
      return {};
    }),
    GetInstancesHealthStatus: onService('GetInstancesHealthStatus', (input) => healthStatus(store, input)),
    DiscoverInstances: build.discover((input) => discover(store, input)),
  };
}

function healthStatus(store: DiscoveryStore, input: unknown): unknown {
  const { ServiceId, Instances, NextToken, MaxResults } = parse(inputs.GetInstancesHealthStatus, input);
  const service = store.service(ServiceId);
  const chosen = Instances?.map((id) => store.instance(service, id)) ?? [...service.instances.values()];
  const page = pageOf(chosen, NextToken, MaxResults, PAGE_RULES);
  return {
    Status: Object.fromEntries(page.items.map((instance) => [instance.id, statusOf(service, instance)])),
    NextToken: page.nextToken,
  };
}

function discover(store: DiscoveryStore, input: unknown): unknown {
  const query = parse(inputs.DiscoverInstances, input);
  const service = store.serviceByNames(query.NamespaceName, query.ServiceName);
  const matching = [...service.instances.values()].filter((each) =>
    hasAttributes(each, query.QueryParameters),
  );
  const preferred = matching.filter((each) => hasAttributes(each, query.OptionalParameters));
  const found = byHealth(
    preferred.length > 0 ? preferred : matching,
    query.HealthStatus ?? 'HEALTHY_OR_ELSE_ALL',
  );
  return {
    Instances: found.slice(0, query.MaxResults ?? 100).map((instance) => ({
      InstanceId: instance.id,
      NamespaceName: query.NamespaceName,
      ServiceName: query.ServiceName,
      HealthStatus: statusOf(service, instance),
      Attributes: instance.attributes,
    })),
    InstancesRevision: service.revision,
  };
}

/** Without a health check, an instance's health is unknown, and unknown counts as healthy. */
function statusOf(service: DiscoveryEntry, instance: Instance): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  if (!service.hasCustomHealth) return 'UNKNOWN';
  return instance.isHealthy ? 'HEALTHY' : 'UNHEALTHY';
}

function byHealth(instances: readonly Instance[], wanted: string): readonly Instance[] {
  const healthy = instances.filter(({ isHealthy }) => isHealthy);
  if (wanted === 'HEALTHY') return healthy;
  if (wanted === 'UNHEALTHY') return instances.filter(({ isHealthy }) => !isHealthy);
  if (wanted === 'HEALTHY_OR_ELSE_ALL' && healthy.length > 0) return healthy;
  return instances;
}

function hasAttributes(instance: Instance, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => instance.attributes[key] === value);
}
