import { evaluated } from '../_helpers/an-assembly';

const VPC = { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } };

describe('evaluate', () => {
  it.each([
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['the stack name', { Ref: 'AWS::StackName' }, 'demo'],
    ['Fn::Join over nested functions', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }, 1]] }, 'a-aws-1'],
    ['Fn::Split and Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    ['Fn::Sub with a pseudo parameter', { 'Fn::Sub': 'x-${AWS::Region}' }, 'x-eu-west-1'],
    ['Fn::Sub with an attribute', { 'Fn::Sub': '${Vpc.CidrBlock}' }, '10.0.0.0/16'],
    ['Fn::Sub with a literal', { 'Fn::Sub': 'echo ${!HOME}' }, 'echo ${HOME}'],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${A}/${AWS::URLSuffix}', { A: { Ref: 'AWS::StackName' } }] },
      'demo/amazonaws.com',
    ],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, '10.0.0.0/16'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Vpc.CidrBlock' }, '10.0.0.0/16'],
    ['Fn::GetAZs of the own region', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'eu-west-1b'],
  ])('works out %s', (_, expression, expected) => {
    expect(evaluated(expression, { Resources: VPC })).toBe(expected);
  });

  it('leaves out members and elements that are AWS::NoValue', () => {
    const none = { Ref: 'AWS::NoValue' };
    expect(evaluated({ A: none, B: [1, none, 2] })).toEqual({ B: [1, 2] });
  });

  it('keeps a member that is named like a condition', () => {
    const statement = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
    expect(evaluated(statement)).toEqual({
      Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
    });
  });

  it('reads mappings', () => {
    const stack = { Mappings: { Sizes: { 'eu-west-1': { cpu: 256 } } } };
    expect(evaluated({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'cpu'] }, stack)).toBe(256);
  });

  it.each([
    [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }, 'yes'],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] }, 'no'],
    [{ 'Fn::And': [{ Condition: 'True' }, { 'Fn::Equals': ['a', 'b'] }] }, 'no'],
    [{ 'Fn::Or': [{ Condition: 'True' }, { 'Fn::Equals': ['a', 'b'] }] }, 'yes'],
  ])('chooses by the condition %j', (condition, expected) => {
    const Conditions = { True: { 'Fn::Equals': ['a', 'a'] }, Asked: condition };
    expect(evaluated({ 'Fn::If': ['Asked', 'yes', 'no'] }, { Conditions })).toBe(expected);
  });

  it('takes the default of a parameter', () => {
    const Parameters = {
      Size: { Type: 'Number', Default: 2 },
      Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    };
    expect(evaluated([{ Ref: 'Size' }, { Ref: 'Zones' }], { Parameters })).toEqual([2, ['a', 'b']]);
  });

  it.each([
    ['an unknown function', { 'Fn::Cidr': ['10.0.0.0/16', 4, 8] }, /"Fn::Cidr" cannot be worked out offline/],
    [
      'an unknown condition function',
      { 'Fn::If': ['Odd', 1, 2] },
      /condition function "Fn::Contains" is not known/,
    ],
    ['an unknown name', { Ref: 'Nobody' }, /"Nobody" is neither a resource nor a parameter of stack "demo"/],
    ['an unknown import', { 'Fn::ImportValue': 'nothing' }, /no stack of the assembly exports "nothing"/],
    ['a parameter of AWS', { Ref: 'BootstrapVersion' }, /parameter "BootstrapVersion" .* is read from AWS/],
    ['a parameter without default', { Ref: 'Bare' }, /parameter "Bare" has no default/],
    ['a missing mapping', { 'Fn::FindInMap': ['No', 'a', 'b'] }, /mapping "No" holds no value/],
    ['an index past the end', { 'Fn::Select': [3, ['a']] }, /element 3 of a list of 1/],
    ['a dynamic reference', '{{resolve:ssm:/x}}', /dynamic reference .* needs AWS/],
    ['a list where text belongs', { 'Fn::Join': ['', [['a']]] }, /Fn::Join expects text, received \["a"\]/],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] },
      /attribute "Ipv6CidrBlocks" of AWS::EC2::VPC is not known .* known are VpcId/,
    ],
  ])('refuses %s', (_, expression, message) => {
    const stack = {
      Resources: VPC,
      Conditions: { Odd: { 'Fn::Contains': [['a'], 'a'] } },
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' },
        Bare: { Type: 'String' },
      },
    };
    expect(() => evaluated(expression, stack)).toThrow(message);
  });
});
