import type { ChoiceRule, ChoiceState, Json } from './definition';
import { runtimeFailure, StateFailure } from './errors';
import { findPath, type PathScope, pathProblem } from './json-path';
import { parseTimestamp } from './timestamp';

type Order = (difference: number) => boolean;

const ORDERS: Readonly<Record<string, Order>> = {
  Equals: (difference) => difference === 0,
  LessThan: (difference) => difference < 0,
  GreaterThan: (difference) => difference > 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThanEquals: (difference) => difference >= 0,
};

/** How two values of a type compare; undefined when one of them is not of the type, which makes the rule false. */
const DIFFERENCES: Readonly<Record<string, (one: Json, two: Json) => number | undefined>> = {
  String: (one, two) =>
    typeof one === 'string' && typeof two === 'string' ? (one < two ? -1 : Number(one > two)) : undefined,
  Numeric: (one, two) => (typeof one === 'number' && typeof two === 'number' ? one - two : undefined),
  Boolean: (one, two) =>
    typeof one === 'boolean' && typeof two === 'boolean' ? Number(one) - Number(two) : undefined,
  Timestamp: (one, two) => {
    const [first, second] = [parseTimestamp(one), parseTimestamp(two)];
    return first === undefined || second === undefined ? undefined : first - second;
  },
};

const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => parseTimestamp(value) !== undefined,
};

const RULE_FIELDS = ['Comment', 'Next', 'And', 'Or', 'Not', 'Variable'];

/** What is wrong with a rule, and in which of its parts. */
export function ruleProblems(rule: ChoiceRule): string[] {
  const nested = [...(rule.And ?? []), ...(rule.Or ?? []), ...(rule.Not ? [rule.Not] : [])];
  if (nested.length > 0) {
    const unknown = Object.keys(rule).filter((field) => !RULE_FIELDS.includes(field));
    return [
      ...unknown.map((field) => `"${field}" does not belong in a rule of rules`),
      ...nested.flatMap(ruleProblems),
    ];
  }
  const operators = Object.keys(rule).filter((field) => !RULE_FIELDS.includes(field));
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    return [
      `a rule has exactly one comparison, found ${operators.length}: ${operators.join(', ') || 'none'}`,
    ];
  }
  if (!isKnownOperator(operator)) return [`comparison "${operator}" is not known to this interpreter`];
  const paths = [rule.Variable, ...(operator.endsWith('Path') ? [rule[operator]] : [])];
  return paths.flatMap((path) => {
    const problem = typeof path === 'string' ? pathProblem(path) : 'is missing or not a string';
    return problem === undefined ? [] : [`path "${path}": ${problem}`];
  });
}

/**
 * The state that a Choice leads to. Throws States.Runtime for a path that finds nothing (but for IsPresent), and
 * States.NoChoiceMatched when no rule holds and there is no default.
 */
export function chooseNext(state: ChoiceState, scope: PathScope): string {
  const rule = state.Choices.find((candidate) => holds(candidate, scope));
  const next = rule?.Next ?? state.Default;
  if (next !== undefined) return next;
  throw new StateFailure(
    'States.NoChoiceMatched',
    'Failed to transition out of the state. The state does not point to a next state.',
  );
}

function holds(rule: ChoiceRule, scope: PathScope): boolean {
  if (rule.And !== undefined) return rule.And.every((part) => holds(part, scope));
  if (rule.Or !== undefined) return rule.Or.some((part) => holds(part, scope));
  if (rule.Not !== undefined) return !holds(rule.Not, scope);
  const operator = Object.keys(rule).find((field) => !RULE_FIELDS.includes(field)) ?? '';
  const variable = rule.Variable ?? '$';
  if (operator === 'IsPresent') return (findPath(variable, scope) !== undefined) === rule[operator];
  const value = valueAt(variable, scope);
  const test = TYPE_TESTS[operator];
  if (test !== undefined) return test(value) === rule[operator];
  const wanted = rule[operator];
  if (operator === 'StringMatches') return typeof value === 'string' && matchesPattern(value, wanted);
  return compare(operator, value, operator.endsWith('Path') ? valueAt(String(wanted), scope) : wanted);
}

function valueAt(path: string, scope: PathScope): Json {
  const found = findPath(path, scope);
  if (found !== undefined) return found.value;
  throw runtimeFailure(
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}

function compare(operator: string, value: Json, wanted: Json): boolean {
  const parts = operatorParts(operator);
  const difference = parts === undefined ? undefined : DIFFERENCES[parts.type]?.(value, wanted);
  return parts !== undefined && difference !== undefined && (ORDERS[parts.order]?.(difference) ?? false);
}

function operatorParts(operator: string): { readonly type: string; readonly order: string } | undefined {
  const [, type, order] = /^(String|Numeric|Boolean|Timestamp)(\w+?)(?:Path)?$/.exec(operator) ?? [];
  if (type === undefined || order === undefined || !(order in ORDERS)) return undefined;
  return type === 'Boolean' && order !== 'Equals' ? undefined : { type, order };
}

function isKnownOperator(operator: string): boolean {
  if (operator === 'IsPresent' || operator === 'StringMatches' || operator in TYPE_TESTS) return true;
  return operatorParts(operator) !== undefined;
}

/** `*` stands for any text, `\*` for a star, `\\` for a backslash. */
function matchesPattern(value: string, pattern: Json): boolean {
  const source = String(pattern).replace(/\\([*\\])|\*|[.*+?^${}()|[\]\\]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return found === '*' ? '[\\s\\S]*' : `\\${found}`;
  });
  return new RegExp(`^${source}$`).test(value);
}
