import { aPlatform, synthesize, type Templates } from './templates';

const SHARED = ['demo-network', 'demo-cluster', 'demo-rollout'];
const WEB = { name: 'web', port: 8080, backends: ['stock'] };
const STOCK = { name: 'stock', port: 5432, protocol: 'tcp' };
const MAIL = { name: 'mail', port: 2525, protocol: 'tcp', backends: ['web'] };

describe('adding and removing services', () => {
  it('changes no byte of the shared stacks, wherever the service stands in platform.yaml', () => {
    const before = synthesize(aPlatform());
    const after = [
      synthesize(aPlatform({ services: [MAIL, WEB, STOCK] })),
      synthesize(aPlatform({ services: [{ ...WEB, backends: [] }] })),
    ];

    for (const templates of after) {
      for (const stack of SHARED) {
        expect(templates.text(stack)).toBe(before.text(stack));
      }
    }
  });

  it('allows services that call each other', () => {
    const services = [WEB, { ...STOCK, backends: ['web'] }];

    expect(synthesize(aPlatform({ services })).stacks).toHaveLength(5);
  });
});

describe('two environments in one account', () => {
  it('share no physical name', () => {
    const demo = physicalNames(synthesize(aPlatform()));
    const other = physicalNames(synthesize(aPlatform({ environment: 'prod' })));

    expect(demo.size).toBeGreaterThan(50);
    expect([...demo].filter((name) => other.has(name))).toEqual([]);
  });
});

/** Properties that name a resource within its account and region; App Mesh and Cloud Map names within their parent. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::AppMesh::Mesh': 'MeshName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodeCommit::Repository': 'RepositoryName',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::Service': 'ServiceName',
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::MetricFilter': 'FilterName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

function physicalNames(templates: Templates): ReadonlySet<string> {
  const names = new Set<string>(templates.stacks);
  for (const [, resource] of templates.resources()) {
    const name: unknown = resource.Properties?.[NAME_PROPERTIES[resource.Type] ?? ''];
    if (typeof name === 'string') {
      names.add(`${resource.Type} ${name}`);
    }
  }
  return names;
}
