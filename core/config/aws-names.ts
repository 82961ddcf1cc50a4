/** How AWS restricts the names of one kind of resource. */
export interface NameLimit {
  /** Property of the CloudFormation resource that holds the name. */
  readonly property: string;
  /** Characters. */
  readonly longest: number;
  readonly pattern: RegExp;
  /** Page of AWS's API reference that says so. */
  readonly source: string;
}

const DOCS = 'https://docs.aws.amazon.com';
const APP_MESH = `${DOCS}/app-mesh/latest/APIReference`;
const ECS = `${DOCS}/AmazonECS/latest/APIReference`;
const ELB = `${DOCS}/elasticloadbalancing/latest/APIReference`;
const ECS_NAME = /^[A-Za-z0-9_-]+$/;

/**
 * What AWS accepts as names, by type of resource: everything that the stacks or the rollout functions name. Which
 * environment and service names platform.yaml may hold follows from it: the longest of them must fit everywhere.
 */
export const AWS_NAME_LIMITS: Readonly<Record<string, NameLimit>> = {
  'AWS::AppMesh::GatewayRoute': anyOf('GatewayRouteName', `${APP_MESH}/API_CreateGatewayRoute.html`),
  'AWS::AppMesh::Mesh': anyOf('MeshName', `${APP_MESH}/API_CreateMesh.html`),
  'AWS::AppMesh::Route': anyOf('RouteName', `${APP_MESH}/API_CreateRoute.html`),
  'AWS::AppMesh::VirtualGateway': anyOf('VirtualGatewayName', `${APP_MESH}/API_CreateVirtualGateway.html`),
  'AWS::AppMesh::VirtualNode': anyOf('VirtualNodeName', `${APP_MESH}/API_CreateVirtualNode.html`),
  'AWS::AppMesh::VirtualRouter': anyOf('VirtualRouterName', `${APP_MESH}/API_CreateVirtualRouter.html`),
  'AWS::AppMesh::VirtualService': anyOf('VirtualServiceName', `${APP_MESH}/API_CreateVirtualService.html`),
  'AWS::CloudFormation::Stack': {
    property: 'StackName',
    longest: 128,
    pattern: /^[A-Za-z][A-Za-z0-9-]*$/,
    source: `${DOCS}/AWSCloudFormation/latest/APIReference/API_CreateStack.html`,
  },
  'AWS::CloudWatch::Alarm': anyOf(
    'AlarmName',
    `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html`,
  ),
  'AWS::CloudWatch::Dashboard': {
    property: 'DashboardName',
    longest: 255,
    pattern: /^[A-Za-z0-9_-]+$/,
    source: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html`,
  },
  'AWS::CodeBuild::Project': {
    property: 'Name',
    longest: 150,
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]+$/,
    source: `${DOCS}/codebuild/latest/APIReference/API_CreateProject.html`,
  },
  'AWS::CodeCommit::Repository': {
    property: 'RepositoryName',
    longest: 100,
    // A name that ends in `.git` is refused.
    pattern: /^(?!.*\.git$)[\w.-]+$/,
    source: `${DOCS}/codecommit/latest/APIReference/API_CreateRepository.html`,
  },
  'AWS::CodePipeline::Pipeline': {
    property: 'Name',
    longest: 100,
    pattern: /^[A-Za-z0-9.@_-]+$/,
    source: `${DOCS}/codepipeline/latest/APIReference/API_PipelineDeclaration.html`,
  },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    longest: 255,
    pattern: /^[A-Za-z0-9_.-]{3,}$/,
    source: `${DOCS}/amazondynamodb/latest/APIReference/API_CreateTable.html`,
  },
  'AWS::EC2::SecurityGroup': {
    property: 'GroupName',
    longest: 255,
    pattern: /^(?!sg-)[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]+$/,
    source: `${DOCS}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html`,
  },
  'AWS::ECR::Repository': {
    property: 'RepositoryName',
    longest: 256,
    pattern: /^(?=..)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
    source: `${DOCS}/AmazonECR/latest/APIReference/API_CreateRepository.html`,
  },
  'AWS::ECS::Cluster': {
    property: 'ClusterName',
    longest: 255,
    pattern: ECS_NAME,
    source: `${ECS}/API_CreateCluster.html`,
  },
  'AWS::ECS::Service': {
    property: 'ServiceName',
    longest: 255,
    pattern: ECS_NAME,
    source: `${ECS}/API_CreateService.html`,
  },
  'AWS::ECS::TaskDefinition': {
    property: 'Family',
    longest: 255,
    pattern: ECS_NAME,
    source: `${ECS}/API_RegisterTaskDefinition.html`,
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    property: 'Name',
    longest: 32,
    pattern: /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
    source: `${ELB}/API_CreateLoadBalancer.html`,
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    property: 'Name',
    longest: 32,
    pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
    source: `${ELB}/API_CreateTargetGroup.html`,
  },
  'AWS::Events::Rule': {
    property: 'Name',
    longest: 64,
    pattern: /^[A-Za-z0-9._-]+$/,
    source: `${DOCS}/eventbridge/latest/APIReference/API_PutRule.html`,
  },
  'AWS::IAM::ManagedPolicy': {
    property: 'ManagedPolicyName',
    longest: 128,
    pattern: /^[\w+=,.@-]+$/,
    source: `${DOCS}/IAM/latest/APIReference/API_CreatePolicy.html`,
  },
  'AWS::IAM::Role': {
    property: 'RoleName',
    longest: 64,
    pattern: /^[\w+=,.@-]+$/,
    source: `${DOCS}/IAM/latest/APIReference/API_CreateRole.html`,
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    longest: 64,
    pattern: /^[A-Za-z0-9_-]+$/,
    source: `${DOCS}/lambda/latest/api/API_CreateFunction.html`,
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    longest: 512,
    pattern: /^[.\-_/#A-Za-z0-9]+$/,
    source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html`,
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    longest: 256,
    pattern: /^[A-Za-z0-9_-]+$/,
    source: `${DOCS}/sns/latest/api/API_CreateTopic.html`,
  },
  'AWS::SQS::Queue': {
    property: 'QueueName',
    longest: 80,
    pattern: /^[A-Za-z0-9_-]+$/,
    source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`,
  },
  'AWS::SSM::Parameter': {
    property: 'Name',
    // The whole ARN must stay within 1,011 characters; the rest is for partition, region and account.
    longest: 900,
    pattern: /^\/(?!aws|ssm)[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,14}$/i,
    source: `${DOCS}/systems-manager/latest/APIReference/API_PutParameter.html`,
  },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    property: 'Name',
    longest: 253,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    source: `${DOCS}/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html`,
  },
  'AWS::ServiceDiscovery::Service': {
    property: 'Name',
    // It becomes one label of a DNS name.
    longest: 63,
    pattern: /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/,
    source: `${DOCS}/cloud-map/latest/api/API_CreateService.html`,
  },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    longest: 80,
    pattern: /^[A-Za-z0-9_-]+$/,
    source: `${DOCS}/step-functions/latest/apireference/API_CreateStateMachine.html`,
  },
  'AWS::WAFv2::WebACL': {
    property: 'Name',
    longest: 128,
    pattern: /^[\w-]+$/,
    source: `${DOCS}/waf/latest/APIReference/API_CreateWebACL.html`,
  },
};

/** Up to 255 characters, any but control characters. */
function anyOf(property: string, source: string): NameLimit {
  return { property, longest: 255, pattern: /^[^\p{Cc}]+$/u, source };
}

/** Why AWS refuses a name for this type of resource, or null when it does not, or when the type has no row. */
export function whyNameIsRefused(type: string, name: string): string | null {
  const limit = AWS_NAME_LIMITS[type];
  if (limit === undefined) {
    return null;
  }
  if (name.length > limit.longest) {
    return `"${name}" has ${name.length} characters, ${type} allows ${limit.longest}`;
  }
  return limit.pattern.test(name) ? null : `"${name}" is no ${limit.property} of ${type}: ${limit.pattern}`;
}
