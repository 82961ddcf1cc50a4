import {
  arnOf,
  given,
  inert,
  type ResourceFacts,
  type ResourceType,
  type ResourceTypes,
} from './resource-type';

const NETWORK = 'tasks share the loopback interface: addresses, routes and rules are not enforced';
const INGRESS = 'users reach the virtual gateway’s proxy directly';

/** An EC2 resource whose only fact is the id that EC2 makes up. */
function ec2(prefix: string, idAttribute?: string, more: ResourceType['attributes'] = {}): ResourceType {
  const id = (resource: ResourceFacts) => resource.id(prefix);
  return inert(NETWORK, id, { ...(idAttribute === undefined ? {} : { [idAttribute]: id }), ...more });
}

function balancerPart(resource: ResourceFacts): string {
  const kind = resource.property('Type') === 'network' ? 'net' : 'app';
  return `${kind}/${resource.name('Name', 32)}/${resource.hex(16)}`;
}

function targetGroupPart(resource: ResourceFacts): string {
  return `targetgroup/${resource.name('Name', 32)}/${resource.hex(16)}`;
}

const balancerArn = (resource: ResourceFacts) =>
  arnOf(resource, 'elasticloadbalancing', `loadbalancer/${balancerPart(resource)}`);
const targetGroupArn = (resource: ResourceFacts) =>
  arnOf(resource, 'elasticloadbalancing', targetGroupPart(resource));
const listenerArn = (resource: ResourceFacts) =>
  `${resource.text('LoadBalancerArn').replace(':loadbalancer/', ':listener/')}/${resource.hex(16)}`;
/** In TEST-NET-3, which nobody routes. */
const publicIp = (resource: ResourceFacts) => `203.0.113.${1 + (Number.parseInt(resource.hex(2), 16) % 254)}`;

const webAclArn = (resource: ResourceFacts) =>
  arnOf(resource, 'wafv2', `regional/webacl/${resource.name('Name', 128)}/${resource.uuid()}`);

/** Networks and load balancers: they exist by name only. */
export const NETWORK_TYPES: ResourceTypes = {
  'AWS::EC2::VPC': ec2('vpc', 'VpcId', {
    CidrBlock: given('CidrBlock'),
    DefaultSecurityGroup: (resource) => resource.id('sg'),
    DefaultNetworkAcl: (resource) => resource.id('acl'),
  }),
  'AWS::EC2::Subnet': ec2('subnet', 'SubnetId', {
    AvailabilityZone: given('AvailabilityZone'),
    CidrBlock: given('CidrBlock'),
    VpcId: given('VpcId'),
  }),
  'AWS::EC2::SecurityGroup': ec2('sg', 'GroupId', { VpcId: given('VpcId') }),
  'AWS::EC2::SecurityGroupIngress': ec2('sgr', 'Id'),
  'AWS::EC2::SecurityGroupEgress': ec2('sgr', 'Id'),
  'AWS::EC2::InternetGateway': ec2('igw', 'InternetGatewayId'),
  'AWS::EC2::NatGateway': ec2('nat', 'NatGatewayId'),
  'AWS::EC2::EIP': inert(NETWORK, publicIp, {
    PublicIp: publicIp,
    AllocationId: (resource) => resource.id('eipalloc'),
  }),
  'AWS::EC2::RouteTable': ec2('rtb', 'RouteTableId'),
  'AWS::EC2::Route': ec2('r'),
  'AWS::EC2::SubnetRouteTableAssociation': ec2('rtbassoc', 'Id'),
  'AWS::EC2::VPCGatewayAttachment': ec2('vgwattach'),
  'AWS::EC2::VPCEndpoint': ec2('vpce', 'Id'),
  'AWS::EC2::FlowLog': ec2('fl', 'Id'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': inert(INGRESS, balancerArn, {
    LoadBalancerArn: balancerArn,
    LoadBalancerName: (resource) => resource.name('Name', 32),
    LoadBalancerFullName: balancerPart,
    DNSName: (resource) =>
      `${resource.name('Name', 32)}-${resource.hex(9)}.${resource.region}.elb.amazonaws.com`,
    CanonicalHostedZoneID: (resource) => `Z${resource.hex(13).toUpperCase()}`,
  }),
  'AWS::ElasticLoadBalancingV2::Listener': inert(INGRESS, listenerArn, { ListenerArn: listenerArn }),
  'AWS::ElasticLoadBalancingV2::TargetGroup': inert(INGRESS, targetGroupArn, {
    TargetGroupArn: targetGroupArn,
    TargetGroupFullName: targetGroupPart,
    TargetGroupName: (resource) => resource.name('Name', 32),
  }),
  'AWS::WAFv2::WebACL': inert(
    INGRESS,
    (resource) => `${resource.name('Name', 128)}|${resource.uuid()}|REGIONAL`,
    { Arn: webAclArn, Id: (resource) => resource.uuid() },
  ),
  'AWS::WAFv2::WebACLAssociation': inert(INGRESS, (resource) => resource.hex(16)),
  'AWS::WAFv2::LoggingConfiguration': inert(INGRESS, (resource) => resource.text('ResourceArn')),
};
