import { Unresolvable } from '../errors';
import { type Condition, type ConditionContext, conditionHolds, parseConditions } from './conditions';
import { matchesAction, matchesArn } from './wildcards';

/** One statement of an identity-based policy, read and checked. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns {
  readonly patterns: readonly string[];
  /** True for the `Not` forms: everything but these. */
  readonly isExcluding: boolean;
}

/** One action on one resource. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

const KNOWN = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * Reads the statements of a resolved policy document.
 * @throws Unresolvable for an element, operator or policy variable that is not evaluated here.
 */
export function parseStatements(document: unknown): readonly Statement[] {
  const statements: unknown = Object(document).Statement ?? [];
  return (Array.isArray(statements) ? statements : [statements]).map(parseStatement);
}

/** Whether a statement speaks about an access. */
export function appliesTo(statement: Statement, { action, resource, context }: Access): boolean {
  return (
    covers(statement.actions, action, matchesAction) &&
    covers(statement.resources, resource, matchesArn) &&
    statement.conditions.every((condition) => conditionHolds(condition, context))
  );
}

function covers(
  { patterns, isExcluding }: Patterns,
  value: string,
  matches: (pattern: string, value: string) => boolean,
): boolean {
  return patterns.some((pattern) => matches(pattern, value)) !== isExcluding;
}

function parseStatement(statement: Record<string, unknown>): Statement {
  const unknown = Object.keys(statement).find((element) => !KNOWN.includes(element));
  if (unknown !== undefined) {
    throw new Unresolvable(
      `policy element "${unknown}" is not evaluated for a role; known are ${KNOWN.join(', ')}; remove it or add it in rehearsal/assembly/policies/statement.ts`,
    );
  }
  const { Effect } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new Unresolvable(
      `a statement's Effect is ${JSON.stringify(Effect)}; allowed are "Allow" and "Deny"`,
    );
  }
  return {
    effect: Effect,
    actions: parsePatterns(statement, 'Action'),
    resources: parsePatterns(statement, 'Resource'),
    conditions: parseConditions(statement.Condition),
  };
}

function parsePatterns(statement: Record<string, unknown>, element: 'Action' | 'Resource'): Patterns {
  const included = statement[element];
  const excluded = statement[`Not${element}`];
  if ((included === undefined) === (excluded === undefined)) {
    throw new Unresolvable(
      `a statement needs either ${element} or Not${element}, received ${JSON.stringify(statement)}`,
    );
  }
  const given = included ?? excluded;
  const patterns = (Array.isArray(given) ? given : [given]).map(String);
  const variable = patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined) {
    throw new Unresolvable(
      `policy variable in "${variable}" is not evaluated; write the value, or a wildcard`,
    );
  }
  return { patterns, isExcluding: included === undefined };
}
