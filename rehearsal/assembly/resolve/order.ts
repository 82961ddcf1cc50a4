import { Unresolvable } from '../errors';
import type { AssemblyResource } from './values';

/**
 * Resources of one stack, each after what it refers to or names in `DependsOn`. Where the template leaves the order
 * open, CloudFormation may take any: here the last written comes first, so that a missing `DependsOn` shows.
 * @throws Unresolvable when resources depend on each other.
 */
export function inCreationOrder(resources: readonly AssemblyResource[]): readonly AssemblyResource[] {
  const waiting = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const dependencies = new Map(resources.map((resource) => [resource.logicalId, dependenciesOf(resource)]));
  const ordered: AssemblyResource[] = [];
  while (waiting.size > 0) {
    const next = [...waiting.values()].findLast(({ logicalId }) =>
      [...(dependencies.get(logicalId) ?? [])].every((name) => !waiting.has(name)),
    );
    if (next === undefined) {
      throw new Unresolvable(`resources depend on each other: ${[...waiting.keys()].join(', ')}`);
    }
    waiting.delete(next.logicalId);
    ordered.push(next);
  }
  return ordered;
}

function dependenciesOf({ definition }: AssemblyResource): ReadonlySet<string> {
  const found = new Set(definition.DependsOn);
  collectReferences(definition.Properties, found);
  return found;
}

function collectReferences(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (key === 'Ref' && typeof member === 'string') {
      found.add(member);
    } else if (key === 'Fn::GetAtt') {
      found.add(String(Array.isArray(member) ? member[0] : String(member).split('.')[0]));
    } else if (key === 'Fn::Sub') {
      for (const [, name = ''] of JSON.stringify(member).matchAll(/\$\{([^}!.]+)/g)) {
        found.add(name);
      }
    }
    collectReferences(member, found);
  }
}
