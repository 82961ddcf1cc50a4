import { expressionError, type Token, tokensOf } from './tokens';

/** A metric-math expression, parsed. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'word'; readonly text: 'REPEAT' | 'LINEAR' }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] };

/** Operators by how loosely they bind, loosest first. `^` binds tighter than all and is handled on its own. */
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['||', 'OR']),
  new Set(['&&', 'AND']),
  new Set(['<', '>', '<=', '>=', '==', '!=']),
  new Set(['+', '-']),
  new Set(['*', '/']),
];

/** @throws ApiError `ValidationError` that names the place of the problem. */
export function parseExpression(expression: string): Expression {
  const parser = new Parser(expression, tokensOf(expression));
  return parser.whole();
}

/** Ids that the expression refers to. */
export function referencesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'reference':
      return [expression.id];
    case 'negate':
      return referencesOf(expression.operand);
    case 'binary':
      return [...referencesOf(expression.left), ...referencesOf(expression.right)];
    case 'list':
      return expression.items.flatMap(referencesOf);
    case 'call':
      return expression.parameters.flatMap(referencesOf);
    default:
      return [];
  }
}

class Parser {
  #next = 0;

  constructor(
    private readonly source: string,
    private readonly tokens: readonly Token[],
  ) {}

  whole(): Expression {
    const parsed = this.#level(0);
    const rest = this.tokens[this.#next];
    if (rest !== undefined) throw this.#error(`unexpected "${show(rest)}"`);
    return parsed;
  }

  #level(index: number): Expression {
    const operators = LEVELS[index];
    if (operators === undefined) return this.#unary();
    let left = this.#level(index + 1);
    for (let operator = this.#operator(); operators.has(operator); operator = this.#operator()) {
      this.#next += 1;
      left = { kind: 'binary', operator: normal(operator), left, right: this.#level(index + 1) };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#accept('-')) return { kind: 'negate', operand: this.#unary() };
    const base = this.#primary();
    return this.#accept('^') ? { kind: 'binary', operator: '^', left: base, right: this.#unary() } : base;
  }

  #primary(): Expression {
    const token = this.tokens[this.#next];
    if (token === undefined) throw this.#error('it ends too early');
    this.#next += 1;
    if (token.kind === 'number') return token;
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '(') {
      const inner = this.#level(0);
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#items(']') };
    throw this.#error(`unexpected "${token.text}"`);
  }

  #named(text: string): Expression {
    if (this.#accept('(')) return { kind: 'call', name: text.toUpperCase(), parameters: this.#items(')') };
    if (text === 'REPEAT' || text === 'LINEAR') return { kind: 'word', text };
    return { kind: 'reference', id: text };
  }

  #items(closing: string): readonly Expression[] {
    const items: Expression[] = [];
    if (this.#accept(closing)) return items;
    do items.push(this.#level(0));
    while (this.#accept(','));
    this.#expect(closing);
    return items;
  }

  #operator(): string {
    const token = this.tokens[this.#next];
    return token === undefined || token.kind === 'number' ? '' : token.text;
  }

  #accept(text: string): boolean {
    const token = this.tokens[this.#next];
    const isThere = token?.kind === 'sign' && token.text === text;
    if (isThere) this.#next += 1;
    return isThere;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#error(`"${text}" is missing`);
  }

  #error(problem: string) {
    return expressionError(this.source, problem);
  }
}

function normal(operator: string): string {
  if (operator === 'AND') return '&&';
  return operator === 'OR' ? '||' : operator;
}

function show(token: Token): string {
  return token.kind === 'number' ? String(token.value) : token.text;
}
