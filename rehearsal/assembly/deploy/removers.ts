import { ApiError } from '../../aws/api';
import { type Api, type Properties, waitUntil } from './creator';
import { MESH_KINDS } from './mesh-kinds';

/** What is known of a resource that is to go. */
export interface RemovableResource {
  readonly physicalId: string;
  readonly properties: Properties;
}

/** Removes one resource from the service that it lives in. */
export type Remover = (api: Api, resource: RemovableResource) => Promise<unknown>;

/** App Mesh: every name is in the ARN, `mesh/M/virtualRouter/R/route/N`. */
function meshRemover(kind: string): Remover {
  return (api, { physicalId }) => {
    const words = physicalId.split(':').at(-1)?.split('/') ?? [];
    const names = words.flatMap((word, index) =>
      index % 2 === 0 ? [[`${word}Name`, words[index + 1]]] : [],
    );
    return api.call('appMesh', `Delete${kind}`, Object.fromEntries(names));
  };
}

const SERVICE_DEADLINE_MILLIS = 20_000;

/** CloudFormation goes on when the service's last task has ended. */
const removeService: Remover = async (api, { physicalId }) => {
  const [, cluster = '', service = ''] = physicalId.split(':').at(-1)?.split('/') ?? [];
  await api.call('ecs', 'DeleteService', { cluster, service, force: true });
  await waitUntil(`service "${service}" is gone`, SERVICE_DEADLINE_MILLIS, async () => {
    const { services } = await api.call('ecs', 'DescribeServices', { cluster, services: [service] });
    return (services as readonly Properties[]).every(({ status }) => status === 'INACTIVE');
  });
};

const by =
  (service: Parameters<Api['call']>[0], operation: string, member: string): Remover =>
  (api, { physicalId }) =>
    api.call(service, operation, { [member]: physicalId });

/** Live types of the table: all others are gone when nobody remembers them. */
export const REMOVERS: Readonly<Record<string, Remover>> = {
  ...Object.fromEntries(MESH_KINDS.map((kind) => [`AWS::AppMesh::${kind}`, meshRemover(kind)])),
  'AWS::ServiceDiscovery::PrivateDnsNamespace': by('cloudMap', 'DeleteNamespace', 'Id'),
  'AWS::ServiceDiscovery::Service': by('cloudMap', 'DeleteService', 'Id'),
  'AWS::ServiceDiscovery::Instance': (api, { physicalId, properties }) =>
    api.call('cloudMap', 'DeregisterInstance', { ServiceId: properties.ServiceId, InstanceId: physicalId }),
  'AWS::ECS::Cluster': by('ecs', 'DeleteCluster', 'cluster'),
  'AWS::ECS::TaskDefinition': by('ecs', 'DeregisterTaskDefinition', 'taskDefinition'),
  'AWS::ECS::Service': removeService,
  'AWS::DynamoDB::Table': by('dynamoDb', 'DeleteTable', 'TableName'),
  'AWS::SNS::Topic': by('sns', 'DeleteTopic', 'TopicArn'),
  'AWS::SSM::Parameter': by('ssm', 'DeleteParameter', 'Name'),
  'AWS::Logs::LogGroup': by('logs', 'DeleteLogGroup', 'logGroupName'),
  'AWS::CloudWatch::Alarm': (api, { physicalId }) =>
    api.call('cloudWatch', 'DeleteAlarms', { AlarmNames: [physicalId] }),
};

/** How services say that something is not there. */
const GONE = /NotFound|NotExist|NonExistent|Inactive$|InvalidParameterValue/i;

/** Removes a resource; one that is not there any more is no error, as for CloudFormation. */
export async function removeLive(api: Api, type: string, resource: RemovableResource): Promise<void> {
  try {
    await REMOVERS[type]?.(api, resource);
  } catch (error) {
    if (!(error instanceof ApiError && GONE.test(error.code))) {
      throw error;
    }
  }
}
