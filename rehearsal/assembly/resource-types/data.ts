import { arnOf, given, inert, type ResourceFacts, type ResourceTypes } from './resource-type';

const topicArn = (resource: ResourceFacts) => arnOf(resource, 'sns', resource.name('TopicName', 256));
const queueArn = (resource: ResourceFacts) => arnOf(resource, 'sqs', resource.name('QueueName', 80));
const queueUrl = (resource: ResourceFacts) =>
  `https://sqs.${resource.region}.amazonaws.com/${resource.account}/${resource.name('QueueName', 80)}`;
const subscriptionArn = (resource: ResourceFacts) => `${resource.text('TopicArn')}:${resource.uuid()}`;
const tableName = (resource: ResourceFacts) => resource.name('TableName', 255);
const logGroupName = (resource: ResourceFacts) => resource.name('LogGroupName', 512);
const alarmName = (resource: ResourceFacts) => resource.name('AlarmName', 255);

const FILES =
  'tasks that mount it share a folder of this machine, one per access point, for as long as the run';

/** Data, messages and what is watched. */
export const DATA_TYPES: ResourceTypes = {
  'AWS::DynamoDB::Table': {
    treatment: 'live',
    does: 'created through DynamoDB’s API, in memory',
    ref: tableName,
    attributes: { Arn: (resource) => arnOf(resource, 'dynamodb', `table/${tableName(resource)}`) },
    used: [
      'AttributeDefinitions',
      'BillingMode',
      'GlobalSecondaryIndexes',
      'KeySchema',
      'LocalSecondaryIndexes',
      'PointInTimeRecoverySpecification',
      'ProvisionedThroughput',
      'TableName',
      'TimeToLiveSpecification',
    ],
    ignored: ['DeletionProtectionEnabled', 'SSESpecification', 'TableClass', 'Tags'],
  },
  'AWS::SNS::Topic': {
    treatment: 'live',
    does: 'created through SNS’s API; its messages are recorded, not delivered',
    ref: topicArn,
    attributes: { TopicArn: topicArn, TopicName: (resource) => resource.name('TopicName', 256) },
    used: ['DisplayName', 'KmsMasterKeyId', 'Subscription', 'Tags', 'TopicName'],
    ignored: [],
  },
  'AWS::SNS::Subscription': {
    treatment: 'live',
    does: 'created through SNS’s API; nothing is delivered to it',
    ref: subscriptionArn,
    attributes: { Arn: subscriptionArn },
    used: ['Endpoint', 'Protocol', 'TopicArn'],
    ignored: ['RawMessageDelivery', 'RedrivePolicy'],
  },
  'AWS::SNS::TopicPolicy': inert('resource policies are not evaluated', (resource) => resource.uuid(), {
    Id: (resource) => resource.uuid(),
  }),
  'AWS::SQS::Queue': inert('there is no SQS: what would be queued is reported', queueUrl, {
    Arn: queueArn,
    QueueName: (resource) => resource.name('QueueName', 80),
    QueueUrl: queueUrl,
  }),
  'AWS::SQS::QueuePolicy': inert('resource policies are not evaluated', (resource) => resource.uuid(), {
    Id: (resource) => resource.uuid(),
  }),
  'AWS::SSM::Parameter': {
    treatment: 'live',
    does: 'written through the Parameter Store’s API',
    ref: (resource) => resource.name('Name', 1011),
    attributes: { Type: given('Type'), Value: given('Value') },
    used: ['AllowedPattern', 'DataType', 'Description', 'Name', 'Tags', 'Tier', 'Type', 'Value'],
    ignored: [],
  },
  'AWS::EFS::FileSystem': inert(FILES, (resource) => resource.id('fs'), {
    FileSystemId: (resource) => resource.id('fs'),
    Arn: (resource) => arnOf(resource, 'elasticfilesystem', `file-system/${resource.id('fs')}`),
  }),
  'AWS::EFS::MountTarget': inert(FILES, (resource) => resource.id('fsmt'), {
    Id: (resource) => resource.id('fsmt'),
  }),
  'AWS::EFS::AccessPoint': inert(FILES, (resource) => resource.id('fsap'), {
    AccessPointId: (resource) => resource.id('fsap'),
    Arn: (resource) => arnOf(resource, 'elasticfilesystem', `access-point/${resource.id('fsap')}`),
  }),
  'AWS::Logs::LogGroup': {
    treatment: 'live',
    does: 'created through CloudWatch Logs’ API',
    ref: logGroupName,
    attributes: { Arn: (resource) => arnOf(resource, 'logs', `log-group:${logGroupName(resource)}:*`) },
    used: ['LogGroupName', 'RetentionInDays'],
    ignored: ['DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'Tags'],
  },
  'AWS::Logs::MetricFilter': inert('log lines are not counted: its metric has no data', (resource) =>
    resource.name('FilterName', 512),
  ),
  'AWS::CloudWatch::Alarm': {
    treatment: 'live',
    does: 'created through CloudWatch’s API and evaluated on the rehearsal’s clock',
    ref: alarmName,
    attributes: { Arn: (resource) => arnOf(resource, 'cloudwatch', `alarm:${alarmName(resource)}`) },
    used: [
      'ActionsEnabled',
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluationPeriods',
      'ExtendedStatistic',
      'InsufficientDataActions',
      'MetricName',
      'Metrics',
      'Namespace',
      'OKActions',
      'Period',
      'Statistic',
      'Tags',
      'Threshold',
      'TreatMissingData',
      'Unit',
    ],
    ignored: [],
  },
  'AWS::CloudWatch::Dashboard': inert('nothing draws it', (resource) => resource.name('DashboardName', 255)),
  'AWS::KMS::Key': inert('nothing is encrypted', (resource) => resource.uuid(), {
    Arn: (resource) => arnOf(resource, 'kms', `key/${resource.uuid()}`),
    KeyId: (resource) => resource.uuid(),
  }),
  'AWS::KMS::Alias': inert('nothing is encrypted', (resource) => resource.text('AliasName')),
  'AWS::CDK::Metadata': inert('statistics of the CDK', (resource) => resource.uuid()),
};
