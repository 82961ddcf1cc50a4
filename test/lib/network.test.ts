import { Match, type Template } from 'aws-cdk-lib/assertions';
import { sharedStacks } from './shared-stacks';
import { flat } from './templates';

describe('the network', () => {
  it.each([1, 2])('has %i NAT gateways when platform.yaml says so', (nat_gateways) => {
    sharedStacks({ network: { nat_gateways } }).network.resourceCountIs('AWS::EC2::NatGateway', nat_gateways);
  });

  it('lies in the range of platform.yaml, in two zones', () => {
    const { network } = sharedStacks({ network: { cidr: '192.168.0.0/20' } });

    network.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '192.168.0.0/20' });
    network.resourceCountIs('AWS::EC2::Subnet', 4);
  });

  it.each([
    ['rejected', 'REJECT'],
    ['all', 'ALL'],
  ])('keeps a flow log of connections: %s', (flow_logs, TrafficType) => {
    const { network } = sharedStacks({ network: { flow_logs }, log_retention_days: 14 });

    network.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType });
    network.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/ecs-canary/demo/network/flow-log',
      RetentionInDays: 14,
    });
  });

  it('keeps no flow log when platform.yaml says none', () => {
    const { network } = sharedStacks({ network: { flow_logs: 'none' } });

    network.resourceCountIs('AWS::EC2::FlowLog', 0);
    network.resourceCountIs('AWS::Logs::LogGroup', 0);
  });

  it.each([
    ['none', []],
    ['gateway', ['dynamodb', 's3']],
  ])('has the endpoints that platform.yaml names: %s', (endpoints, expected) => {
    expect(endpointsOf(sharedStacks({ network: { endpoints } }).network)).toEqual(expected);
  });

  it('has endpoints for all that tasks call, admitting the private subnets alone', () => {
    const { network } = sharedStacks({ network: { endpoints: 'all' } });

    expect(endpointsOf(network)).toEqual([
      'appmesh-envoy-management',
      'dynamodb',
      'ecr.api',
      'ecr.dkr',
      'logs',
      'monitoring',
      's3',
      'secretsmanager',
      'ssm',
    ]);
    network.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: Match.anyValue() });
    const [group] = Object.values(network.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.Properties.SecurityGroupIngress.map((rule: { CidrIp: string }) => rule.CidrIp)).toEqual([
      '10.0.128.0/18',
      '10.0.192.0/18',
    ]);
    for (const endpoint of interfacesOf(network)) {
      expect(endpoint.PrivateDnsEnabled).toBe(true);
      expect(endpoint.SecurityGroupIds).toHaveLength(1);
      expect(endpoint.SubnetIds).toHaveLength(2);
    }
  });
});

/** Names of the services that have an endpoint, without what is before the region. */
function endpointsOf(network: Template): readonly string[] {
  return Object.values(network.findResources('AWS::EC2::VPCEndpoint'))
    .map(({ Properties }) => flat(Properties.ServiceName).replace(/^com\.amazonaws\.[^.]+\./, ''))
    .sort();
}

function interfacesOf(network: Template): readonly Record<string, unknown>[] {
  return Object.values(network.findResources('AWS::EC2::VPCEndpoint'))
    .map(({ Properties }) => Properties as Record<string, unknown>)
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
}
