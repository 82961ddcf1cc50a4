import {
  arnOf,
  given,
  globalArnOf,
  type ResourceFacts,
  type ResourceType,
  type ResourceTypes,
} from './resource-type';

/** A resource of App Mesh: `Ref` is its ARN. `parents` are its parts of the ARN: path word and name property. */
function meshType(
  does: string,
  ...path: readonly (readonly [word: string, property: string])[]
): ResourceType {
  const [, nameProperty = ''] = path.at(-1) ?? [];
  const named = (resource: ResourceFacts, property: string) =>
    property === nameProperty ? resource.name(property, 255) : resource.text(property);
  const arn = (resource: ResourceFacts) =>
    arnOf(
      resource,
      'appmesh',
      path.map(([word, property]) => `${word}/${named(resource, property)}`).join('/'),
    );
  const names = path.map(
    ([, property]) => [property, (resource: ResourceFacts) => named(resource, property)] as const,
  );
  return {
    treatment: 'live',
    does,
    ref: arn,
    attributes: { Arn: arn, ...Object.fromEntries(names) },
    used: ['Spec', 'Tags', ...path.map(([, property]) => property)],
    ignored: [],
  };
}

const MESH = ['mesh', 'MeshName'] as const;
const ROUTER = ['virtualRouter', 'VirtualRouterName'] as const;
const GATEWAY = ['virtualGateway', 'VirtualGatewayName'] as const;
const CONFIGURES = 'created through App Mesh’s API; the data plane is configured from it';

const namespaceArn = (resource: ResourceFacts) =>
  arnOf(resource, 'servicediscovery', `namespace/${namespaceId(resource)}`);
const namespaceId = (resource: ResourceFacts) => `ns-${resource.hex(16)}`;
const serviceId = (resource: ResourceFacts) => `srv-${resource.hex(16)}`;

/** The traffic network: App Mesh and Cloud Map. */
export const MESH_TYPES: ResourceTypes = {
  'AWS::AppMesh::Mesh': meshType(CONFIGURES, MESH),
  'AWS::AppMesh::VirtualNode': meshType(CONFIGURES, MESH, ['virtualNode', 'VirtualNodeName']),
  'AWS::AppMesh::VirtualRouter': meshType(CONFIGURES, MESH, ROUTER),
  'AWS::AppMesh::Route': meshType(CONFIGURES, MESH, ROUTER, ['route', 'RouteName']),
  'AWS::AppMesh::VirtualService': meshType(CONFIGURES, MESH, ['virtualService', 'VirtualServiceName']),
  'AWS::AppMesh::VirtualGateway': meshType(CONFIGURES, MESH, GATEWAY),
  'AWS::AppMesh::GatewayRoute': meshType(CONFIGURES, MESH, GATEWAY, ['gatewayRoute', 'GatewayRouteName']),
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    treatment: 'live',
    does: 'created through Cloud Map’s API, which gives it its id; there is no DNS behind it',
    ref: namespaceId,
    attributes: { Id: namespaceId, Arn: namespaceArn },
    used: ['Name', 'Vpc', 'Description', 'Properties', 'Tags'],
    ignored: [],
  },
  'AWS::ServiceDiscovery::Service': {
    treatment: 'live',
    does: 'created through Cloud Map’s API, which gives it its id',
    ref: serviceId,
    attributes: {
      Id: serviceId,
      Arn: (resource) => arnOf(resource, 'servicediscovery', `service/${serviceId(resource)}`),
      Name: given('Name'),
    },
    used: ['Name', 'NamespaceId', 'Description', 'DnsConfig', 'HealthCheckCustomConfig', 'Type', 'Tags'],
    ignored: [],
  },
  'AWS::ServiceDiscovery::Instance': {
    treatment: 'live',
    does: 'registered through Cloud Map’s API',
    ref: (resource) => resource.name('InstanceId'),
    attributes: {},
    used: ['InstanceId', 'InstanceAttributes', 'ServiceId'],
    ignored: [],
  },
};

const roleArn = (resource: ResourceFacts) =>
  globalArnOf(resource, 'iam', `role${resource.property('Path') ?? '/'}${resource.name('RoleName')}`);
const managedPolicyArn = (resource: ResourceFacts) =>
  globalArnOf(
    resource,
    'iam',
    `policy${resource.property('Path') ?? '/'}${resource.name('ManagedPolicyName', 128)}`,
  );

/** Who may do what. */
export const IDENTITY_TYPES: ResourceTypes = {
  'AWS::IAM::Role': {
    treatment: 'live',
    does: 'its policies are evaluated for every call of whoever has the role',
    ref: (resource) => resource.name('RoleName'),
    attributes: { Arn: roleArn, RoleId: (resource) => `AROA${resource.hex(17).toUpperCase()}` },
    used: ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns'],
    ignored: ['Description', 'MaxSessionDuration', 'Tags'],
  },
  'AWS::IAM::Policy': {
    treatment: 'live',
    does: 'evaluated with the roles that it names',
    ref: (resource) => resource.name('PolicyName', 128),
    attributes: {},
    used: ['PolicyName', 'PolicyDocument', 'Roles'],
    ignored: [],
  },
  'AWS::IAM::ManagedPolicy': {
    treatment: 'live',
    does: 'evaluated with the roles that name it and that it names',
    ref: managedPolicyArn,
    attributes: { PolicyArn: managedPolicyArn },
    used: ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
    ignored: ['Description'],
  },
};
