import { type Fail, MATH_FUNCTIONS, type MathRange } from './functions';
import type { Expression } from './parser';
import { expressionError } from './tokens';
import { type MathValue, mapPoints, scalar, type TimeSeries } from './values';

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
};

/** What an expression is evaluated in. */
export interface MathScope {
  readonly source: string;
  readonly range: MathRange;
  /** The value of an id; raises the caller's error for an unknown one. */
  readonly valueOf: (id: string) => MathValue;
}

/**
 * Evaluates a parsed expression. Two series are combined at the times that both have.
 * @throws ApiError `ValidationError` for an unknown function or operands that do not fit.
 */
export function evaluateExpression(expression: Expression, scope: MathScope): MathValue {
  const fail: Fail = (problem) => {
    throw expressionError(scope.source, problem);
  };
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value);
    case 'word':
      return { kind: 'word', text: expression.text };
    case 'reference':
      return scope.valueOf(expression.id);
    case 'negate':
      return combine('-', scalar(0), evaluateExpression(expression.operand, scope), fail);
    case 'binary':
      return combine(
        expression.operator,
        evaluateExpression(expression.left, scope),
        evaluateExpression(expression.right, scope),
        fail,
      );
    case 'list':
      return {
        kind: 'list',
        items: expression.items.map((item) => {
          const value = evaluateExpression(item, scope);
          return value.kind === 'series' ? value : fail('a list holds series only');
        }),
      };
    case 'call': {
      const compute = MATH_FUNCTIONS[expression.name];
      if (compute === undefined)
        return fail(
          `unknown or unsupported function ${expression.name}; the rehearsal knows ${Object.keys(MATH_FUNCTIONS).join(', ')}`,
        );
      const parameters = expression.parameters.map((parameter) => evaluateExpression(parameter, scope));
      return compute(parameters, scope.range, (problem) => fail(`${expression.name}: ${problem}`));
    }
  }
}

function combine(operator: string, left: MathValue, right: MathValue, fail: Fail): MathValue {
  const compute = OPERATORS[operator];
  if (compute === undefined) return fail(`unknown operator ${operator}`);
  if (left.kind === 'word' || right.kind === 'word') return fail('REPEAT and LINEAR belong into FILL only');
  if (left.kind === 'list' || right.kind === 'list') return combineLists(operator, left, right, fail);
  if (left.kind === 'scalar' && right.kind === 'scalar') return scalar(compute(left.value, right.value));
  if (left.kind === 'scalar') return mapPoints(right as TimeSeries, (value) => compute(left.value, value));
  if (right.kind === 'scalar') return mapPoints(left, (value) => compute(value, right.value));
  const joined = mapPoints(left, (value, at) => {
    const other = right.points.get(at);
    return other === undefined ? undefined : compute(value, other);
  });
  return { ...joined, period: Math.max(left.period, right.period), isKnown: left.isKnown && right.isKnown };
}

function combineLists(operator: string, left: MathValue, right: MathValue, fail: Fail): MathValue {
  if (left.kind === 'list' && right.kind === 'list') return fail('two lists cannot be combined');
  const pair = (item: TimeSeries) =>
    left.kind === 'list' ? combine(operator, item, right, fail) : combine(operator, left, item, fail);
  const items = left.kind === 'list' ? left.items : right.kind === 'list' ? right.items : [];
  return {
    kind: 'list',
    items: items.map(pair).filter((value): value is TimeSeries => value.kind === 'series'),
  };
}
