import type { Assembly, AssemblyStack } from '../../../../rehearsal/assembly/read-assembly';
import { type AssemblyResource, AssemblyValues } from '../../../../rehearsal/assembly/resolve/values';
import { templateSchema } from '../../../../rehearsal/assembly/template';

/** What a test says about one stack; the rest has defaults. */
export interface StackSketch {
  readonly name?: string;
  readonly region?: string;
  readonly assets?: ReadonlyMap<string, string>;
  readonly Resources?: Record<string, unknown>;
  readonly [section: string]: unknown;
}

/** An assembly as `readAssembly` would return it, without files. */
export function anAssembly(...stacks: readonly StackSketch[]): Assembly {
  return { directory: '/nowhere', stacks: stacks.map(aStack) };
}

function aStack({ name = 'demo', region = 'eu-west-1', assets, ...template }: StackSketch): AssemblyStack {
  return {
    name,
    region,
    account: '000000000000',
    template: templateSchema.parse({ Resources: {}, ...template }),
    assets: assets ?? new Map(),
  };
}

/** The value of an expression in a stack, as a property of an SSM parameter would get it. */
export function evaluated(expression: unknown, ...stacks: readonly StackSketch[]): unknown {
  const [first = {}, ...others] = stacks;
  const probe = { Type: 'AWS::SSM::Parameter', Properties: { Value: expression } };
  return resourceOf(
    { ...first, Resources: { ...first.Resources, Probe: probe } },
    'Probe',
    ...others,
  ).property('Value');
}

/** One resource of the first stack, ready to be asked for its values. */
export function resourceOf(
  stack: StackSketch,
  logicalId: string,
  ...others: readonly StackSketch[]
): AssemblyResource {
  const resources = new AssemblyValues(anAssembly(stack, ...others)).resources();
  const found = resources.find((resource) => resource.logicalId === logicalId);
  if (found === undefined) {
    throw new Error(`the test's stack has no resource "${logicalId}"`);
  }
  return found;
}
