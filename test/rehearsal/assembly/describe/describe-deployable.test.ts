import { describeDeployable } from '../../../../rehearsal/assembly/describe/describe-deployable';
import { AssemblyRefused } from '../../../../rehearsal/assembly/errors';
import { anAssembly } from '../_helpers/an-assembly';
import { aBundle, type TemporaryFolder, temporaryFolder } from '../_helpers/synthesized';

const trust = (service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});
const aRole = (service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust(service) },
});
const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

describe('describeDeployable', () => {
  let folder: TemporaryFolder;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => folder.remove());

  /** A function, a state machine that calls it, and a rule that reaches it; `change` replaces properties. */
  function aStack(change: Record<string, Record<string, unknown>> = {}, more: Record<string, unknown> = {}) {
    const resource = (name: string, Type: string, Properties: object) => ({
      [name]: { Type, Properties: { ...Properties, ...change[name] } },
    });
    return {
      assets: new Map([['hash.zip', aBundle(folder.path, 'f')]]),
      Resources: {
        LambdaRole: aRole('lambda.amazonaws.com'),
        MachineRole: aRole('states.amazonaws.com'),
        ...resource('Function', 'AWS::Lambda::Function', {
          FunctionName: 'f',
          Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'hash.zip' },
          Handler: 'index.handler',
          Environment: { Variables: { REGION: { Ref: 'AWS::Region' }, COUNT: 3 } },
          Timeout: 30,
          Role: arn('LambdaRole'),
        }),
        ...resource('Machine', 'AWS::StepFunctions::StateMachine', {
          StateMachineName: 'm',
          DefinitionString:
            '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${FunctionArn}","End":true}}}',
          DefinitionSubstitutions: { FunctionArn: arn('Function') },
          RoleArn: arn('MachineRole'),
        }),
        ...resource('Rule', 'AWS::Events::Rule', {
          Name: 'r',
          EventPattern: { source: ['aws.states'] },
          Targets: [{ Id: 't', Arn: arn('Function') }],
        }),
        ...resource('Permission', 'AWS::Lambda::Permission', {
          Action: 'lambda:InvokeFunction',
          FunctionName: arn('Function'),
          Principal: 'events.amazonaws.com',
          SourceArn: arn('Rule'),
        }),
        ...more,
      },
    };
  }

  const problemsOf = (...args: Parameters<typeof aStack>): readonly string[] => {
    try {
      describeDeployable(anAssembly(aStack(...args)));
    } catch (error) {
      if (error instanceof AssemblyRefused) {
        return error.problems;
      }
      throw error;
    }
    return [];
  };

  it('describes functions with bundle, environment and role', () => {
    const [described] = describeDeployable(anAssembly(aStack())).functions;
    expect(described).toEqual({
      name: 'f',
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      bundleDir: expect.stringMatching(/\/f$/),
      handler: 'index.handler',
      environment: { REGION: 'eu-west-1', COUNT: '3' },
      timeoutSeconds: 30,
      memoryMb: 128,
      roleName: expect.stringMatching(/^demo-LambdaRole-/),
    });
  });

  it('fills the placeholders of a state machine', () => {
    const [machine] = describeDeployable(anAssembly(aStack())).stateMachines;
    expect(JSON.parse(machine?.definition ?? '').States.A.Resource).toBe(
      'arn:aws:lambda:eu-west-1:000000000000:function:f',
    );
    expect(machine).toMatchObject({ name: 'm', roleName: expect.stringMatching(/^demo-MachineRole-/) });
  });

  it('describes event rules with the functions they reach', () => {
    expect(describeDeployable(anAssembly(aStack())).eventRules).toEqual([
      {
        name: 'r',
        arn: 'arn:aws:events:eu-west-1:000000000000:rule/r',
        eventPattern: { source: ['aws.states'] },
        enabled: true,
        targets: ['arn:aws:lambda:eu-west-1:000000000000:function:f'],
      },
    ]);
  });

  it('says of every resource what becomes of it', () => {
    const more = { Vpc: { Type: 'AWS::EC2::VPC', Properties: {} } };
    const { resources } = describeDeployable(anAssembly(aStack({}, more)));
    expect(resources).toHaveLength(7);
    expect(resources.find(({ logicalId }) => logicalId === 'Vpc')).toEqual({
      stack: 'demo',
      logicalId: 'Vpc',
      type: 'AWS::EC2::VPC',
      physicalId: expect.stringMatching(/^vpc-0[0-9a-f]{16}$/),
      treatment: 'inert',
      does: expect.stringContaining('not enforced'),
    });
  });

  it('refuses everything it does not know at once, each by name', () => {
    const problems = problemsOf(
      { Function: { VpcConfig: {}, Layers: [] } },
      {
        Bucket: { Type: 'AWS::Glue::Job' },
        Key: { Type: 'AWS::KMS::Alias', Properties: { AliasName: { Ref: 'Nobody' } } },
      },
    );
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /"Function" \(AWS::Lambda::Function\): properties VpcConfig, Layers would have an effect/,
        ),
        expect.stringMatching(
          /"Bucket" .*"AWS::Glue::Job" is not known to the rehearsal; add a row .* in rehearsal/,
        ),
        expect.stringMatching(/"Key" .*"Nobody" is neither/),
      ]),
    );
  });

  it.each([
    [
      'code that is not in the assembly',
      { Function: { Code: { S3Key: 'gone.zip' } } },
      /"gone.zip" is in no asset manifest/,
    ],
    [
      'inline code',
      { Function: { Code: { ZipFile: 'x' } } },
      /must be a folder of the assembly, received \["ZipFile"\]/,
    ],
    [
      'a handler without file',
      { Function: { Handler: 'other.handler' } },
      /holds no "other.js" for handler "other.handler"/,
    ],
    [
      'a role of somebody else',
      { Function: { Role: 'arn:aws:iam::1:role/x' } },
      /role "arn:aws:iam::1:role\/x" is not in the assembly/,
    ],
    [
      'a role that Lambda may not assume',
      { Function: { Role: arn('MachineRole') } },
      /cannot be assumed by lambda.amazonaws.com; it trusts states.amazonaws.com/,
    ],
    [
      'a placeholder without value',
      { Machine: { DefinitionSubstitutions: {} } },
      /placeholder "\${FunctionArn}" .* given are none/,
    ],
    ['a definition that is not JSON', { Machine: { DefinitionString: '{' } }, /the definition is not JSON/],
    ['a definition in S3', { Machine: { DefinitionString: undefined } }, /needs its definition inline/],
    ['an express workflow', { Machine: { StateMachineType: 'EXPRESS' } }, /"EXPRESS" is not rehearsed/],
    [
      'a schedule',
      { Rule: { ScheduleExpression: 'rate(1 minute)' } },
      /property ScheduleExpression would have an effect/,
    ],
    [
      'an unknown event filter',
      { Rule: { EventPattern: { source: [{ wildcard: '*' }] } } },
      /filter {"wildcard":"\*"} is not known/,
    ],
    [
      'an input for a target',
      { Rule: { Targets: [{ Id: 't', Arn: arn('Function'), Input: '{}' }] } },
      /"Input" of a rule's target is not rehearsed/,
    ],
    [
      'a target that is no function',
      { Rule: { Targets: [{ Id: 't', Arn: arn('Machine') }] } },
      /is no function of the assembly/,
    ],
    [
      'a rule that its function does not admit',
      { Permission: { SourceArn: 'arn:aws:events:eu-west-1:000000000000:rule/other' } },
      /AWS would drop every event/,
    ],
  ])('refuses %s', (_, change, message) => {
    expect(problemsOf(change as Record<string, Record<string, unknown>>).join('\n')).toMatch(message);
  });

  it('refuses resources that refer to each other', () => {
    const group = (other: string) => ({
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: { 'Fn::Sub': `\${${other}}-x` } },
    });
    expect(() => describeDeployable(anAssembly({ Resources: { A: group('B'), B: group('A') } }))).toThrow(
      /stack "demo": resources depend on each other: A, B/,
    );
  });

  it('refuses two regions', () => {
    expect(() => describeDeployable(anAssembly({ name: 'a' }, { name: 'b', region: 'us-east-1' }))).toThrow(
      /stack "b" is for 000000000000\/us-east-1/,
    );
  });
});
