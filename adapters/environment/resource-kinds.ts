/** What an ARN names: the type and identifier under which CloudFormation and Cloud Control know it. */
export interface NamedResource {
  readonly arn: string;
  /** Such as `AWS::Logs::LogGroup`. */
  readonly type: string;
  readonly id: string;
}

interface Kind {
  readonly arn: RegExp;
  readonly type: string;
  /** The identifier, from the ARN's match. @default its first group */
  readonly id?: (match: RegExpExecArray, arn: string) => string;
}

const whole = (_match: RegExpExecArray, arn: string): string => arn;

/** ARNs after `arn:partition:`, service first. What is not here is shown, but cannot be removed by tag. */
const KINDS: readonly Kind[] = [
  { arn: /^logs:[^:]*:\d*:log-group:([^:]+)/, type: 'AWS::Logs::LogGroup' },
  { arn: /^ssm:[^:]*:\d*:parameter\/(.+)$/, type: 'AWS::SSM::Parameter', id: ([, name]) => `/${name}` },
  { arn: /^s3:::([^/]+)$/, type: 'AWS::S3::Bucket' },
  { arn: /^ecr:[^:]*:\d*:repository\/(.+)$/, type: 'AWS::ECR::Repository' },
  { arn: /^codecommit:[^:]*:\d*:(.+)$/, type: 'AWS::CodeCommit::Repository' },
  { arn: /^codepipeline:[^:]*:\d*:([^:/]+)$/, type: 'AWS::CodePipeline::Pipeline' },
  { arn: /^codebuild:[^:]*:\d*:project\/(.+)$/, type: 'AWS::CodeBuild::Project' },
  { arn: /^elasticfilesystem:[^:]*:\d*:file-system\/(.+)$/, type: 'AWS::EFS::FileSystem' },
  { arn: /^elasticfilesystem:[^:]*:\d*:access-point\/(.+)$/, type: 'AWS::EFS::AccessPoint' },
  { arn: /^dynamodb:[^:]*:\d*:table\/([^/]+)$/, type: 'AWS::DynamoDB::Table' },
  { arn: /^kms:[^:]*:\d*:key\/(.+)$/, type: 'AWS::KMS::Key' },
  { arn: /^cloudwatch:[^:]*:\d*:alarm:(.+)$/, type: 'AWS::CloudWatch::Alarm' },
  { arn: /^events:[^:]*:\d*:rule\/(.+)$/, type: 'AWS::Events::Rule', id: whole },
  { arn: /^sns:[^:]*:\d*:([^:]+)$/, type: 'AWS::SNS::Topic', id: whole },
  {
    arn: /^sqs:([^:]*):(\d*):(.+)$/,
    type: 'AWS::SQS::Queue',
    id: ([, region, account, name]) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  },
  { arn: /^states:[^:]*:\d*:stateMachine:([^:]+)$/, type: 'AWS::StepFunctions::StateMachine', id: whole },
  { arn: /^lambda:[^:]*:\d*:function:([^:]+)$/, type: 'AWS::Lambda::Function' },
  { arn: /^ecs:[^:]*:\d*:service\/(.+)$/, type: 'AWS::ECS::Service', id: whole },
  { arn: /^ecs:[^:]*:\d*:task-definition\/(.+)$/, type: 'AWS::ECS::TaskDefinition', id: whole },
  { arn: /^ecs:[^:]*:\d*:cluster\/(.+)$/, type: 'AWS::ECS::Cluster' },
  { arn: /^appmesh:.*\/virtualNode\/([^/]+)$/, type: 'AWS::AppMesh::VirtualNode', id: whole },
  { arn: /^servicediscovery:[^:]*:\d*:service\/(.+)$/, type: 'AWS::ServiceDiscovery::Service' },
  {
    arn: /^wafv2:.*\/webacl\/([^/]+)\/([^/]+)$/,
    type: 'AWS::WAFv2::WebACL',
    id: ([, name, id]) => `${name}|${id}|REGIONAL`,
  },
  {
    arn: /^elasticloadbalancing:.*:loadbalancer\//,
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    id: whole,
  },
  {
    arn: /^elasticloadbalancing:.*:targetgroup\//,
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    id: whole,
  },
  { arn: /^elasticloadbalancing:.*:listener\//, type: 'AWS::ElasticLoadBalancingV2::Listener', id: whole },
  { arn: /^ec2:.*:vpc\/(.+)$/, type: 'AWS::EC2::VPC' },
  { arn: /^ec2:.*:subnet\/(.+)$/, type: 'AWS::EC2::Subnet' },
  { arn: /^ec2:.*:security-group\/(.+)$/, type: 'AWS::EC2::SecurityGroup' },
  { arn: /^ec2:.*:internet-gateway\/(.+)$/, type: 'AWS::EC2::InternetGateway' },
  { arn: /^ec2:.*:natgateway\/(.+)$/, type: 'AWS::EC2::NatGateway' },
  { arn: /^ec2:.*:route-table\/(.+)$/, type: 'AWS::EC2::RouteTable' },
  { arn: /^ec2:.*:vpc-flow-log\/(.+)$/, type: 'AWS::EC2::FlowLog' },
  { arn: /^ec2:.*:vpc-endpoint\/(.+)$/, type: 'AWS::EC2::VPCEndpoint' },
];

/** The type of what no row knows: an ARN is all that there is. */
export const UNKNOWN_TYPE = 'unknown';

/** What an ARN names. */
export function nameArn(arn: string): NamedResource {
  const part = arn.replace(/^arn:[^:]+:/, '');
  for (const { arn: pattern, type, id } of KINDS) {
    const match = pattern.exec(part);
    if (match !== null) {
      return { arn, type, id: id?.(match, arn) ?? match[1] ?? arn };
    }
  }
  return { arn, type: UNKNOWN_TYPE, id: arn };
}
