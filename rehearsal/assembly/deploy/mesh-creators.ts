import { ApiError } from '../../aws/api';
import { toApiCase } from './camel-case';
import { type Api, type Creator, creator, type Properties } from './creator';

const APP_MESH = 'appMesh';
const CLOUD_MAP = 'cloudMap';

/** App Mesh's API takes CloudFormation's properties in its own spelling; a missing name is the one made up. */
function meshCreator(kind: string): Creator {
  const nameProperty = `${kind}Name`;
  return creator(APP_MESH, `Create${kind}`, (properties, resource) =>
    Object(toApiCase({ ...properties, [nameProperty]: resource.attribute(nameProperty) })),
  );
}

/** Cloud Map creates namespaces in the background; the operation says which one it became. */
const createNamespace: Creator = async (api, { Name, Vpc, Description, Properties: settings, Tags }) => {
  const { OperationId } = await api.call(CLOUD_MAP, 'CreatePrivateDnsNamespace', {
    Name,
    Vpc,
    Description,
    Properties: settings,
    Tags,
  });
  const id = await targetOf(api, OperationId);
  const { Namespace } = await api.call(CLOUD_MAP, 'GetNamespace', { Id: id });
  return { ref: id, attributes: { Id: id, Arn: String((Namespace as Properties).Arn) } };
};

async function targetOf(api: Api, operationId: unknown): Promise<string> {
  const { Operation } = await api.call(CLOUD_MAP, 'GetOperation', { OperationId: operationId });
  const { Status, Targets, ErrorCode, ErrorMessage } = Operation as Properties;
  if (Status !== 'SUCCESS') {
    throw new ApiError(
      String(ErrorCode ?? 'OperationPending'),
      String(ErrorMessage ?? `operation is ${Status}`),
    );
  }
  return String((Targets as Properties).NAMESPACE);
}

const createDiscoveryService: Creator = async (api, properties) => {
  const { Service } = await api.call(CLOUD_MAP, 'CreateService', properties);
  const { Id, Arn } = Service as Properties;
  return { ref: String(Id), attributes: { Id: String(Id), Arn: String(Arn) } };
};

/** The traffic network. */
export const MESH_CREATORS: Readonly<Record<string, Creator>> = {
  'AWS::AppMesh::Mesh': meshCreator('Mesh'),
  'AWS::AppMesh::VirtualNode': meshCreator('VirtualNode'),
  'AWS::AppMesh::VirtualRouter': meshCreator('VirtualRouter'),
  'AWS::AppMesh::Route': meshCreator('Route'),
  'AWS::AppMesh::VirtualService': meshCreator('VirtualService'),
  'AWS::AppMesh::VirtualGateway': meshCreator('VirtualGateway'),
  'AWS::AppMesh::GatewayRoute': meshCreator('GatewayRoute'),
  'AWS::ServiceDiscovery::PrivateDnsNamespace': createNamespace,
  'AWS::ServiceDiscovery::Service': createDiscoveryService,
  'AWS::ServiceDiscovery::Instance': creator(CLOUD_MAP, 'RegisterInstance', (properties, resource) => ({
    ServiceId: properties.ServiceId,
    InstanceId: resource.physicalId,
    Attributes: properties.InstanceAttributes,
  })),
};
