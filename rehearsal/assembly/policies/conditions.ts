import { Unresolvable } from '../errors';
import { matchesArn, matchesText } from './wildcards';

/** Condition keys of a call, as far as they are known. */
export type ConditionContext = Readonly<Record<string, string>>;

/** One test of a statement's condition: all values of a key under one operator. */
export interface Condition {
  /** As written: `ForAnyValue:StringLike`, `ArnEqualsIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

type Comparison = (pattern: string, value: string) => boolean;

interface Operator {
  readonly compare: Comparison;
  /** True for operators that hold when no value matches. */
  readonly isNegated?: boolean;
}

const equal: Comparison = (pattern, value) => pattern === value;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equal },
  StringNotEquals: { compare: equal, isNegated: true },
  StringLike: { compare: matchesText },
  StringNotLike: { compare: matchesText, isNegated: true },
  ArnEquals: { compare: matchesArn },
  ArnLike: { compare: matchesArn },
  ArnNotEquals: { compare: matchesArn, isNegated: true },
  ArnNotLike: { compare: matchesArn, isNegated: true },
  Bool: { compare: (pattern, value) => pattern.toLowerCase() === value.toLowerCase() },
};

const NULL = 'Null';
const SHAPE = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/**
 * Reads a statement's `Condition`.
 * @throws Unresolvable for an operator that is not evaluated here.
 */
export function parseConditions(condition: unknown): readonly Condition[] {
  return Object.entries(Object(condition) as Record<string, unknown>).flatMap(([operator, keys]) => {
    const [, , base = ''] = SHAPE.exec(operator) ?? [];
    if (base !== NULL && !Object.hasOwn(OPERATORS, base)) {
      throw new Unresolvable(
        `condition operator "${operator}" is not known; known are ${[...Object.keys(OPERATORS), NULL].join(', ')}, with IfExists, ForAllValues: and ForAnyValue:; add it in rehearsal/assembly/policies/conditions.ts`,
      );
    }
    return Object.entries(Object(keys) as Record<string, unknown>).map(([key, values]) => ({
      operator,
      key,
      values: (Array.isArray(values) ? values : [values]).map(String),
    }));
  });
}

/** Whether a condition holds for a call. A key that the call does not carry satisfies only what asks for its absence. */
export function conditionHolds({ operator, key, values }: Condition, context: ConditionContext): boolean {
  const [, quantifier, base = '', ifExists] = SHAPE.exec(operator) ?? [];
  const actual = contextValue(context, key);
  if (base === NULL) {
    return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  }
  const rule = OPERATORS[base];
  if (actual === undefined || rule === undefined) {
    const isNegation = rule?.isNegated === true && quantifier !== 'ForAnyValue';
    return ifExists !== undefined || quantifier === 'ForAllValues' || isNegation;
  }
  const isMatch = values.some((value) => rule.compare(value, actual));
  return rule.isNegated === true ? !isMatch : isMatch;
}

/** Names of condition keys are not case-sensitive. */
function contextValue(context: ConditionContext, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
