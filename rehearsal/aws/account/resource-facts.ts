import { Unresolvable } from '../../assembly/errors';
import type { AssemblyResource, AssignedValues } from '../../assembly/resolve/values';
import type { AccountResource } from './resources';

/** Kinds of EC2 whose ARN is `ec2:…:<word>/<id>`. */
const EC2_WORDS: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::SecurityGroup': 'security-group',
  'AWS::EC2::InternetGateway': 'internet-gateway',
  'AWS::EC2::NatGateway': 'natgateway',
  'AWS::EC2::RouteTable': 'route-table',
  'AWS::EC2::VPCEndpoint': 'vpc-endpoint',
  'AWS::EC2::FlowLog': 'vpc-flow-log',
};

/** Kinds that the tag index leaves out, though they have an ARN: IAM has no tags there. */
const UNINDEXED = /^AWS::IAM::/;

/** ARN under which a resource is in the tag index; null for kinds that are not in it. */
export function resourceArn(
  resource: AssemblyResource,
  physicalId: string,
  assigned: AssignedValues | undefined,
): string | null {
  if (UNINDEXED.test(resource.type)) return null;
  const arn = (service: string, part: string) =>
    `arn:${resource.partition}:${service}:${resource.region}:${resource.account}:${part}`;
  const word = EC2_WORDS[resource.type];
  if (word !== undefined) return arn('ec2', `${word}/${physicalId}`);
  if (resource.type === 'AWS::SSM::Parameter')
    return arn('ssm', `parameter/${physicalId.replace(/^\//, '')}`);
  if (physicalId.startsWith('arn:')) return physicalId;
  const attribute = assigned?.attributes?.Arn ?? arnAttribute(resource);
  return typeof attribute === 'string' ? attribute.replace(/:\*$/, '') : null;
}

function arnAttribute(resource: AssemblyResource): unknown {
  try {
    return resource.attribute('Arn');
  } catch (error) {
    if (error instanceof Unresolvable) return null;
    throw error;
  }
}

/** Tags of a template's resource, whether they are a list or a map there. */
export function resourceTags(properties: AccountResource['properties']): AccountResource['tags'] {
  const given = properties.Tags ?? properties.FileSystemTags ?? properties.HostedZoneTags ?? [];
  const pairs = Array.isArray(given)
    ? given.map(({ Key, Value }) => [String(Key), String(Value)] as const)
    : Object.entries(Object(given)).map(([key, value]) => [key, String(value)] as const);
  return Object.fromEntries(pairs);
}
