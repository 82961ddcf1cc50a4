import type { Json } from './definition';
import { StateFailure } from './errors';
import { INTRINSICS } from './intrinsic-functions';
import { findPath, type PathScope, pathProblem } from './json-path';

/** A parsed intrinsic: a literal, a path, or a call of a function with such arguments. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** An intrinsic function cannot be parsed or is not known. */
export class IntrinsicSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntrinsicSyntaxError';
  }
}

/** Parses `States.Format('…', $.x)`. Throws {@link IntrinsicSyntaxError} with what was expected, and where. */
export function parseIntrinsic(text: string): Expression {
  const reader = new Reader(text);
  const call = reader.call();
  reader.end();
  return call;
}

/** Works an expression out. Throws States.IntrinsicFailure where AWS would. */
export function evaluate(expression: Expression, scope: PathScope): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path': {
      const found = findPath(expression.path, scope);
      if (found === undefined) throw failure(`the JSONPath '${expression.path}' found nothing`);
      return found.value;
    }
    case 'call': {
      const args = expression.args.map((arg) => evaluate(arg, scope));
      try {
        return INTRINSICS[expression.name]?.run(args);
      } catch (cause) {
        throw failure(`${expression.name}: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    }
  }
}

function failure(reason: string): StateFailure {
  return new StateFailure('States.IntrinsicFailure', reason);
}

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  call(): Expression {
    const name = this.take(/States\.\w+/y, 'the name of an intrinsic function');
    const known = INTRINSICS[name];
    if (known === undefined) {
      throw new IntrinsicSyntaxError(
        `intrinsic function "${name}" is not known to this interpreter; known are ${Object.keys(INTRINSICS).join(', ')}`,
      );
    }
    const args = this.args();
    if (args.length < known.least || args.length > known.most) {
      throw new IntrinsicSyntaxError(
        `"${name}" is given ${args.length} arguments, it takes ${known.least} to ${known.most}`,
      );
    }
    return { kind: 'call', name, args };
  }

  end(): void {
    this.take(/\s*$/y, 'the end');
  }

  private args(): Expression[] {
    const args: Expression[] = [];
    this.take(/\s*\(\s*/y, '"("');
    if (this.tryTake(/\)/y) !== undefined) return args;
    do args.push(this.argument());
    while (this.tryTake(/\s*,\s*/y) !== undefined);
    this.take(/\s*\)/y, '")" or ","');
    return args;
  }

  private argument(): Expression {
    if (this.text.startsWith('States.', this.at)) return this.call();
    if (this.text[this.at] === '$') return this.path();
    const quoted = this.tryTake(/'(?:[^'\\]|\\.)*'/y);
    // `\{` and `\}` stay as they are: States.Format reads them itself.
    if (quoted !== undefined) {
      return { kind: 'literal', value: quoted.slice(1, -1).replace(/\\(['\\])/g, '$1') };
    }
    const plain = this.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|null|true|false/y, 'an argument');
    return { kind: 'literal', value: JSON.parse(plain) };
  }

  private path(): Expression {
    const path = this.take(/\$\$?(?:\.{1,2}[\w-]+|\.\*|\[(?:'(?:[^'\\]|\\.)*'|[^\]']*)\])*/y, 'a path');
    const problem = pathProblem(path);
    if (problem !== undefined) throw new IntrinsicSyntaxError(`path "${path}": ${problem}`);
    return { kind: 'path', path };
  }

  private tryTake(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(pattern: RegExp, expected: string): string {
    const found = this.tryTake(pattern);
    if (found !== undefined) return found;
    throw new IntrinsicSyntaxError(
      `cannot read intrinsic "${this.text}": expected ${expected} at "${this.text.slice(this.at, this.at + 20)}"`,
    );
  }
}
