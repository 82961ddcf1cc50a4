import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { SynthesizedStack, Template } from './assembly';

/** What becomes of one resource. */
export type Impact = 'create' | 'change' | 'replace' | 'may replace' | 'remove' | 'leave behind';

/** One resource that a deployment touches. */
export interface ResourceChange {
  readonly logicalId: string;
  readonly type: string;
  readonly impact: Impact;
}

/** What a deployment does with one stack. */
export interface StackChange {
  readonly name: string;
  readonly kind: 'create' | 'update' | 'none' | 'delete';
  readonly resources: readonly ResourceChange[];
}

const IMPACTS: Readonly<Record<ResourceImpact, Impact | null>> = {
  [ResourceImpact.WILL_CREATE]: 'create',
  [ResourceImpact.WILL_IMPORT]: 'create',
  [ResourceImpact.WILL_UPDATE]: 'change',
  [ResourceImpact.WILL_REPLACE]: 'replace',
  [ResourceImpact.MAY_REPLACE]: 'may replace',
  [ResourceImpact.WILL_DESTROY]: 'remove',
  [ResourceImpact.WILL_ORPHAN]: 'leave behind',
  [ResourceImpact.NO_CHANGE]: null,
};

/**
 * What a deployment would change, by the templates alone; AWS is not asked. Replacements follow CloudFormation's own
 * description of each property.
 * @param before The template that a stack has now, by name.
 * @param surplus Names of the environment's stacks that the assembly does not have (any more).
 */
export function changesOf(
  stacks: readonly SynthesizedStack[],
  before: ReadonlyMap<string, Template>,
  surplus: readonly string[],
): readonly StackChange[] {
  return [
    ...stacks.map(({ name, template }) => {
      const old = before.get(name);
      const resources = compare(old ?? {}, template);
      const kind =
        old === undefined ? 'create' : resources.length === 0 && isSame(old, template) ? 'none' : 'update';
      return { name, kind, resources } as const;
    }),
    ...surplus.map((name) => ({
      name,
      kind: 'delete' as const,
      resources: compare(before.get(name) ?? {}, {}),
    })),
  ];
}

function compare(before: Template, after: Template): readonly ResourceChange[] {
  const changes: ResourceChange[] = [];
  // The library takes templates that it may change.
  fullDiff(structuredClone(before), structuredClone(after)).resources.forEachDifference(
    (logicalId, change) => {
      const impact = IMPACTS[change.changeImpact];
      if (impact !== null) {
        const type = change.newResourceType ?? change.oldResourceType ?? '';
        changes.push({ logicalId, type, impact });
      }
    },
  );
  return changes;
}

function isSame(before: Template, after: Template): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
