import { appliesTo } from '../../rehearsal/assembly/policies/statement';
import { matchesArn } from '../../rehearsal/assembly/policies/wildcards';
import { type ArnFormat, literalLength, parseArn, variablesOf } from './arn-format';
import { narrowestPattern } from './narrowest';
import type { ActionFacts, Grant, Use, Verdict } from './types';

/**
 * Parts of ARNs that are made up at run time by AWS, or by whoever starts an execution: no name that is known when a
 * policy is written begins them, so that `*` is the narrowest that can be said. All other parts are names of ours.
 */
const MADE_AT_RUN_TIME: ReadonlySet<string> = new Set([
  // Cloud Map and ECS number their services and tasks.
  'ServiceId',
  'TaskId',
  'TaskDefinitionRevisionNumber',
  'ContainerInstanceId',
  // Whoever starts an execution names it.
  'ExecutionId',
  // A log's writer names its streams, by task or at random.
  'LogStreamName',
  // CodePipeline ends the keys of its artifacts with random characters.
  'ObjectName',
]);

/** Whether a grant is what admitted a use. */
export function admits({ role, action, pattern, conditions }: Grant, use: Use): boolean {
  const statement = {
    effect: 'Allow' as const,
    actions: { patterns: [action], isExcluding: false },
    resources: { patterns: [pattern], isExcluding: false },
    conditions,
  };
  return use.role === role && appliesTo(statement, use);
}

/**
 * Compares a grant with the uses that it admitted. How wide its pattern must be shows in all that was done within it, by
 * any action, by its role and those of its kind: who describes the version of one service and removes that of another may
 * have to do both to either.
 */
export function judge(
  grant: Grant,
  uses: readonly Use[],
  facts: ActionFacts,
  usesOfKin: readonly Use[] = uses,
): Verdict {
  const shape = shapeProblem(grant, facts);
  if (shape !== null) {
    return shape;
  }
  if (uses.length === 0) {
    return { kind: 'unused' };
  }
  if (grant.pattern === '*') {
    return { kind: 'used' };
  }
  const format = formatOf(facts.types, grant.pattern);
  const wider = format === null ? [] : widerParts(format, grant.pattern, usesOfKin);
  return wider.length === 0 ? { kind: 'used' } : { kind: 'wide', why: wider.join('; ') };
}

/** What is wrong with a grant whatever was used. */
function shapeProblem({ pattern, conditions }: Grant, { types, keys }: ActionFacts): Verdict | null {
  const isNarrowed = conditions.some(({ key }) => keys.some((known) => sameKey(known, key)));
  if (pattern === '*') {
    const offers = [...(types.length > 0 ? ['resource types'] : []), ...keys];
    return isNarrowed || offers.length === 0
      ? null
      : { kind: 'wide', why: `AWS offers ${offers.join(', ')} to narrow it by` };
  }
  if (types.length === 0) {
    return { kind: 'void', why: 'AWS knows no resource for this action but *' };
  }
  return formatOf(types, pattern) !== null
    ? null
    : { kind: 'void', why: `of none of the types ${types.join(', ')}` };
}

/** The type that a pattern names: of those that fit, the one that says most. */
function formatOf(types: readonly ArnFormat[], pattern: string): ArnFormat | null {
  const fitting = types.filter((format) => parsePattern(format, pattern) !== null);
  return fitting.sort((a, b) => literalLength(b) - literalLength(a))[0] ?? null;
}

/** `aws:RequestTag/${TagKey}` is the key of every tag. */
function sameKey(known: string, used: string): boolean {
  const [name = ''] = known.split('${');
  return known.includes('${') ? used.startsWith(name) : used === known;
}

function widerParts(format: ArnFormat, pattern: string, uses: readonly Use[]): readonly string[] {
  const granted = parsePattern(format, pattern);
  if (granted === null) {
    return [];
  }
  const used = [...new Set(uses.map(({ resource }) => resource))]
    .filter((resource) => matchesArn(pattern, resource))
    .map((resource) => parseArn(format, resource))
    .filter((parts) => parts !== null);
  return variablesOf(format).flatMap((name) => {
    const given = granted[name] ?? '';
    if (used.length === 0 || !/[*?]/.test(given) || (given === '*' && MADE_AT_RUN_TIME.has(name))) {
      return [];
    }
    const narrowest = narrowestPattern(used.map((parts) => parts[name] ?? ''));
    return given === narrowest ? [] : [`${name} is "${given}", the runs need "${narrowest}"`];
  });
}

/** A log group's ARN with `:*` at its end is how policies name all of its streams. */
function parsePattern(format: ArnFormat, pattern: string): ReturnType<typeof parseArn> {
  const streams = ':log-stream:';
  const spelt =
    format.includes(streams) && !pattern.includes(streams) ? pattern.replace(/:\*$/, `${streams}*`) : pattern;
  return parseArn(format, spelt);
}
