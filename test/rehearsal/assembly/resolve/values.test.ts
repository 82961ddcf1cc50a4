import { AssemblyValues } from '../../../../rehearsal/assembly/resolve/values';
import { anAssembly, evaluated, resourceOf } from '../_helpers/an-assembly';

const NAMESPACE = {
  Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
  Properties: { Name: 'demo.local', Vpc: 'v' },
};

describe('AssemblyValues', () => {
  it('follows an import into the stack that exports it', () => {
    const exporting = {
      name: 'base',
      Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'releases' } } },
      Outputs: {
        Out: {
          Value: { 'Fn::GetAtt': ['Table', 'Arn'] },
          Export: { Name: { 'Fn::Sub': '${AWS::StackName}:table' } },
        },
      },
    };
    expect(evaluated({ 'Fn::ImportValue': 'base:table' }, {}, exporting)).toBe(
      'arn:aws:dynamodb:eu-west-1:000000000000:table/releases',
    );
  });

  it('refuses two exports of one name', () => {
    const Outputs = { Out: { Value: 'x', Export: { Name: 'same' } } };
    expect(() => new AssemblyValues(anAssembly({ name: 'a', Outputs }, { name: 'b', Outputs }))).toThrow(
      /stack "b", output "Out": "same" is exported by stack "a" too/,
    );
  });

  it('makes up names as CloudFormation does, the same on every run', () => {
    const stack = { Resources: { MyRole: { Type: 'AWS::IAM::Role' } } };
    const first = resourceOf(stack, 'MyRole').physicalId;
    expect(first).toMatch(/^demo-MyRole-[0-9A-F]{12}$/);
    expect(resourceOf(stack, 'MyRole').physicalId).toBe(first);
    expect(resourceOf({ ...stack, name: 'other' }, 'MyRole').physicalId).not.toBe(first);
  });

  it('keeps made-up names within what the service allows', () => {
    const name = 'x'.repeat(80);
    const { physicalId } = resourceOf({ name, Resources: { [name]: { Type: 'AWS::IAM::Role' } } }, name);
    expect(physicalId).toHaveLength(64);
  });

  it('prefers what a service gave over what was foreseen', () => {
    const assignments = new Map([['demo/Ns', { ref: 'ns-real', attributes: { Id: 'ns-real' } }]]);
    const [ns] = new AssemblyValues(anAssembly({ Resources: { Ns: NAMESPACE } }), assignments).resources();
    expect([ns?.physicalId, ns?.attribute('Id')]).toEqual(['ns-real', 'ns-real']);
    expect(ns?.attribute('Arn')).toMatch(/:namespace\/ns-/);
  });

  it('leaves out resources whose condition does not hold, and refuses references to them', () => {
    const stack = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Ns: { ...NAMESPACE, Condition: 'Never' } },
    };
    expect(new AssemblyValues(anAssembly(stack)).resources()).toEqual([]);
    expect(() => evaluated({ Ref: 'Ns' }, stack)).toThrow(/"Ns" is not deployed: its condition "Never"/);
  });

  it.each([
    [
      'AWS::AppMesh::Route',
      { MeshName: 'm', VirtualRouterName: 'r', RouteName: 'x' },
      'arn:aws:appmesh:eu-west-1:000000000000:mesh/m/virtualRouter/r/route/x',
    ],
    [
      'AWS::ECS::Service',
      { Cluster: 'arn:aws:ecs:eu-west-1:1:cluster/c', ServiceName: 's' },
      'arn:aws:ecs:eu-west-1:000000000000:service/c/s',
    ],
    ['AWS::SNS::Topic', { TopicName: 't' }, 'arn:aws:sns:eu-west-1:000000000000:t'],
    ['AWS::SQS::Queue', { QueueName: 'q' }, 'https://sqs.eu-west-1.amazonaws.com/000000000000/q'],
    [
      'AWS::StepFunctions::StateMachine',
      { StateMachineName: 'm' },
      'arn:aws:states:eu-west-1:000000000000:stateMachine:m',
    ],
  ])('refers to %s by its physical id', (Type, Properties, expected) => {
    expect(evaluated({ Ref: 'It' }, { Resources: { It: { Type, Properties } } })).toBe(expected);
  });

  it.each([
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/p/' }, 'arn:aws:iam::000000000000:role/p/r'],
    ['AWS::Lambda::Function', { FunctionName: 'f' }, 'arn:aws:lambda:eu-west-1:000000000000:function:f'],
    ['AWS::Logs::LogGroup', { LogGroupName: '/l' }, 'arn:aws:logs:eu-west-1:000000000000:log-group:/l:*'],
    ['AWS::Events::Rule', { Name: 'r' }, 'arn:aws:events:eu-west-1:000000000000:rule/r'],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'a' }, 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a'],
    ['AWS::SQS::Queue', { QueueName: 'q' }, 'arn:aws:sqs:eu-west-1:000000000000:q'],
  ])('gives %s its ARN', (Type, Properties, expected) => {
    expect(evaluated({ 'Fn::GetAtt': ['It', 'Arn'] }, { Resources: { It: { Type, Properties } } })).toBe(
      expected,
    );
  });

  it('knows the partition of a region', () => {
    expect(evaluated({ 'Fn::Sub': '${AWS::Partition}/${AWS::URLSuffix}' }, { region: 'cn-north-1' })).toBe(
      'aws-cn/amazonaws.com.cn',
    );
  });
});
