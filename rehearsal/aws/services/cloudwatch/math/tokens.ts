import { ApiError } from '../../../api';

/** A piece of a metric-math expression. */
export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

const PATTERN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|(==|!=|<=|>=|&&|\|\||[-+*/^()[\],<>]))/y;

/** @throws ApiError `ValidationError` for a character that has no place in an expression. */
export function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const from = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (match === null)
      throw expressionError(
        expression,
        `unexpected "${text.slice(from).trim().slice(0, 10)}" at character ${from + 1}`,
      );
    const [, number, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

/** The error that CloudWatch gives for an expression it cannot evaluate. */
export function expressionError(expression: string, problem: string): ApiError {
  return new ApiError('ValidationError', `Error in expression '${expression}': ${problem}`);
}
