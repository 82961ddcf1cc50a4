import type { EnvironmentClients } from '../../adapters/environment/clients';
import { isThere } from '../../adapters/environment/removal';
import type { SynthesizedStack, TemplateResource } from './assembly';
import type { StackChange } from './changes';

/** Types whose names people and templates choose, the property that holds it, and how to speak of them. */
const NAMED: Readonly<Record<string, readonly [property: string, word: string]>> = {
  'AWS::CodeCommit::Repository': ['RepositoryName', 'Git repository'],
  'AWS::ECR::Repository': ['RepositoryName', 'image repository'],
  'AWS::Logs::LogGroup': ['LogGroupName', 'log group'],
  'AWS::IAM::Role': ['RoleName', 'role'],
  'AWS::DynamoDB::Table': ['TableName', 'table'],
  'AWS::S3::Bucket': ['BucketName', 'bucket'],
  'AWS::SSM::Parameter': ['Name', 'parameter'],
  'AWS::Lambda::Function': ['FunctionName', 'function'],
  'AWS::CodePipeline::Pipeline': ['Name', 'pipeline'],
  'AWS::ECS::Cluster': ['ClusterName', 'cluster'],
};

/** At once: Cloud Control takes so many without throttling. */
const AT_ONCE = 5;

/**
 * Names that the deployment would give, and that something outside of any of its stacks has already: CloudFormation
 * would find out in the middle of it. One sentence each.
 */
export async function takenNames(
  clients: EnvironmentClients,
  stacks: readonly SynthesizedStack[],
  changes: readonly StackChange[],
): Promise<readonly string[]> {
  const wanted = changes.flatMap(({ name, resources }) => {
    const template = stacks.find((stack) => stack.name === name)?.template;
    return resources
      .filter(({ impact }) => impact === 'create')
      .flatMap(({ logicalId }) => nameOf(template?.Resources?.[logicalId]));
  });
  const taken: string[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const chunk = wanted.slice(at, at + AT_ONCE);
    const found = await Promise.all(chunk.map(({ type, name }) => isThere(clients, type, name)));
    taken.push(...chunk.filter((_, index) => found[index]).map(sentence));
  }
  return taken;
}

interface Wanted {
  readonly type: string;
  readonly name: string;
  readonly word: string;
}

function nameOf(resource: TemplateResource | undefined): readonly Wanted[] {
  const [property = '', word = ''] = NAMED[resource?.Type ?? ''] ?? [];
  const name = resource?.Properties?.[property];
  return resource !== undefined && typeof name === 'string' ? [{ type: resource.Type, name, word }] : [];
}

function sentence({ word, name }: Wanted): string {
  return `${word} "${name}" exists already and belongs to no stack of this environment; if an earlier one left it behind, "make destroy" removes it, if it is somebody else's, choose another environment name or service name`;
}
