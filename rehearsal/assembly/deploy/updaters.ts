import type { AssemblyResource, AssignedValues } from '../resolve/values';
import { toApiCase } from './camel-case';
import type { Api, Creator, Properties } from './creator';
import { MESH_KINDS } from './mesh-kinds';
import { WORKLOAD_CREATORS } from './workload-creators';

/** Brings a resource from its old properties to those that the template has now. */
export type Updater = (
  api: Api,
  properties: Properties,
  resource: AssemblyResource,
) => Promise<AssignedValues | undefined>;

const updater =
  (
    service: Parameters<Api['call']>[0],
    operation: string,
    input: (properties: Properties, resource: AssemblyResource) => Properties,
  ): Updater =>
  async (api, properties, resource) => {
    await api.call(service, operation, input(properties, resource));
    return undefined;
  };

function meshUpdater(kind: string): Updater {
  const nameProperty = `${kind}Name`;
  return updater('appMesh', `Update${kind}`, ({ Tags: _tags, ...properties }, resource) =>
    Object(toApiCase({ ...properties, [nameProperty]: resource.attribute(nameProperty) })),
  );
}

/** Live types that can be changed in place; others are refused when more than their tags changes. */
export const UPDATERS: Readonly<Record<string, Updater>> = {
  ...Object.fromEntries(MESH_KINDS.map((kind) => [`AWS::AppMesh::${kind}`, meshUpdater(kind)])),
  'AWS::SSM::Parameter': updater('ssm', 'PutParameter', ({ Tags: _tags, ...properties }, resource) => ({
    ...properties,
    Name: resource.physicalId,
    Overwrite: true,
  })),
  'AWS::Logs::LogGroup': updater('logs', 'PutRetentionPolicy', ({ RetentionInDays }, resource) => ({
    logGroupName: resource.physicalId,
    retentionInDays: RetentionInDays,
  })),
  'AWS::CloudWatch::Alarm': updater('cloudWatch', 'PutMetricAlarm', (properties, resource) => ({
    ...properties,
    AlarmName: resource.physicalId,
  })),
  'AWS::ECS::Service': updater('ecs', 'UpdateService', (properties, resource) => ({
    cluster: properties.Cluster,
    service: resource.attribute('Name'),
    taskDefinition: properties.TaskDefinition,
    desiredCount: Number(properties.DesiredCount ?? 1),
  })),
  // A changed task definition is a new revision.
  'AWS::ECS::TaskDefinition': WORKLOAD_CREATORS['AWS::ECS::TaskDefinition'] as Creator,
};
