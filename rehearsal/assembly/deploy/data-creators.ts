import { type Api, type Creator, creator, type Properties, waitUntil } from './creator';

const DYNAMO_DB = 'dynamoDb';
const TABLE_DEADLINE_MILLIS = 10_000;

/** CloudFormation goes on when the table can be used; what CreateTable does not take is set afterwards. */
const createTable: Creator = async (api, properties, resource) => {
  const { PointInTimeRecoverySpecification, TimeToLiveSpecification, ...table } = properties;
  const TableName = resource.physicalId;
  await api.call(DYNAMO_DB, 'CreateTable', { ...table, TableName });
  await waitUntilActive(api, TableName);
  if (PointInTimeRecoverySpecification !== undefined) {
    await api.call(DYNAMO_DB, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification });
  }
  if (TimeToLiveSpecification !== undefined) {
    await api.call(DYNAMO_DB, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  }
  return undefined;
};

function waitUntilActive(api: Api, TableName: string): Promise<void> {
  return waitUntil(`table "${TableName}" is active`, TABLE_DEADLINE_MILLIS, async () => {
    const { Table } = await api.call(DYNAMO_DB, 'DescribeTable', { TableName });
    return (Table as Properties).TableStatus === 'ACTIVE';
  });
}

const createTopic: Creator = async (api, properties, resource) => {
  const { DisplayName, KmsMasterKeyId, Subscription = [], Tags } = properties;
  const { TopicArn } = await api.call('sns', 'CreateTopic', {
    Name: resource.attribute('TopicName'),
    Attributes: definedOnly({ DisplayName, KmsMasterKeyId }),
    Tags,
  });
  for (const { Endpoint, Protocol } of Subscription as readonly Properties[]) {
    await api.call('sns', 'Subscribe', { TopicArn, Endpoint, Protocol });
  }
  return undefined;
};

const subscribe: Creator = async (api, { Endpoint, Protocol, TopicArn }) => {
  const { SubscriptionArn } = await api.call('sns', 'Subscribe', {
    Endpoint,
    Protocol,
    TopicArn,
    ReturnSubscriptionArn: true,
  });
  return { ref: String(SubscriptionArn), attributes: { Arn: String(SubscriptionArn) } };
};

const createLogGroup: Creator = async (api, { RetentionInDays }, resource) => {
  const logGroupName = resource.physicalId;
  await api.call('logs', 'CreateLogGroup', { logGroupName });
  if (RetentionInDays !== undefined) {
    await api.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: RetentionInDays });
  }
  return undefined;
};

/** Data, messages and what is watched. */
export const DATA_CREATORS: Readonly<Record<string, Creator>> = {
  'AWS::DynamoDB::Table': createTable,
  'AWS::SNS::Topic': createTopic,
  'AWS::SNS::Subscription': subscribe,
  'AWS::SSM::Parameter': creator('ssm', 'PutParameter', (properties, resource) => ({
    ...properties,
    Name: resource.physicalId,
    Tags: tagList(properties.Tags),
  })),
  'AWS::Logs::LogGroup': createLogGroup,
  'AWS::CloudWatch::Alarm': creator('cloudWatch', 'PutMetricAlarm', (properties, resource) => ({
    ...properties,
    AlarmName: resource.physicalId,
  })),
};

/** CloudFormation takes a parameter's tags as a map, the API as a list. */
function tagList(tags: unknown): unknown {
  return tags === undefined
    ? undefined
    : Object.entries(Object(tags)).map(([Key, Value]) => ({ Key, Value: String(Value) }));
}

function definedOnly(members: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}
