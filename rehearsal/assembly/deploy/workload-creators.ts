import { toApiCase } from './camel-case';
import { type Creator, creator, type Properties } from './creator';

const ECS = 'ecs';

const registerTaskDefinition: Creator = async (api, properties) => {
  const { ProxyConfiguration, ...rest } = properties;
  const input = {
    ...Object(toApiCase(rest)),
    ...(ProxyConfiguration === undefined ? {} : { proxyConfiguration: proxyOf(ProxyConfiguration) }),
  };
  const { taskDefinition } = await api.call(ECS, 'RegisterTaskDefinition', input);
  const arn = String((taskDefinition as Properties).taskDefinitionArn);
  return { ref: arn, attributes: { TaskDefinitionArn: arn } };
};

/** CloudFormation calls the API's `properties` by a longer name. */
function proxyOf(configuration: unknown): Properties {
  const { ProxyConfigurationProperties, ...rest } = Object(configuration) as Properties;
  return Object(toApiCase({ ...rest, Properties: ProxyConfigurationProperties }));
}

/** Properties of the template that CreateService takes; the others have no effect in the rehearsal. */
const SERVICE_MEMBERS = [
  'Cluster',
  'DeploymentConfiguration',
  'LaunchType',
  'NetworkConfiguration',
  'PlatformVersion',
  'PropagateTags',
  'ServiceRegistries',
  'Tags',
  'TaskDefinition',
];

const createService = creator(ECS, 'CreateService', (properties, resource) => ({
  ...Object(toApiCase(pick(properties, SERVICE_MEMBERS))),
  serviceName: resource.attribute('Name'),
  // CloudFormation's default; the API has none.
  desiredCount: Number(properties.DesiredCount ?? 1),
}));

function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

/** ECS. */
export const WORKLOAD_CREATORS: Readonly<Record<string, Creator>> = {
  'AWS::ECS::Cluster': creator(ECS, 'CreateCluster', ({ Tags }, resource) => ({
    clusterName: resource.physicalId,
    tags: toApiCase(Tags),
  })),
  'AWS::ECS::TaskDefinition': registerTaskDefinition,
  'AWS::ECS::Service': createService,
};
