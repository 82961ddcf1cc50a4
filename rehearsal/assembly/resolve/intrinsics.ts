import { Unresolvable } from '../errors';

/** What intrinsic functions look up. */
export interface Scope {
  /** @returns undefined for `AWS::NoValue`. @throws Unresolvable */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  /** The expression of a condition. */
  condition(name: string): unknown;
  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown;
  readonly region: string;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name, 'Ref')),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] =
      typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
    return scope.attribute(
      text(logicalId, 'Fn::GetAtt'),
      attribute.map((part) => scalar(evaluate(part, scope), 'Fn::GetAtt')).join('.'),
    );
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(scalar(evaluate(name, scope), 'Fn::ImportValue')),
  'Fn::Join': (argument, scope) => {
    const [delimiter, items] = list(argument, 'Fn::Join');
    return list(evaluate(items, scope), 'Fn::Join')
      .map((item) => scalar(item, 'Fn::Join'))
      .join(text(delimiter, 'Fn::Join'));
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = list(argument, 'Fn::Split');
    return scalar(evaluate(source, scope), 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, 'Fn::Select');
    const values = list(evaluate(items, scope), 'Fn::Select');
    const at = Number(scalar(evaluate(index, scope), 'Fn::Select'));
    if (!(at in values)) {
      throw new Unresolvable(
        `Fn::Select asks for element ${at} of a list of ${values.length}; use an index below ${values.length}`,
      );
    }
    return values[at];
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::GetAZs': (argument, scope) => {
    const region = scalar(evaluate(argument, scope), 'Fn::GetAZs') || scope.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = list(argument, 'Fn::If');
    return evaluate(holds({ Condition: name }, scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = list(argument, 'Fn::FindInMap').map((key) => scalar(evaluate(key, scope), 'Fn::FindInMap'));
    return scope.mapping(keys[0] ?? '', keys[1] ?? '', keys[2] ?? '');
  },
};

const CONDITIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => boolean>> = {
  Condition: (name, scope) => holds(scope.condition(text(name, 'Condition')), scope),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, 'Fn::Equals').map((side) =>
      scalar(evaluate(side, scope), 'Fn::Equals'),
    );
    return left === right;
  },
  'Fn::Not': (argument, scope) => !list(argument, 'Fn::Not').every((condition) => holds(condition, scope)),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((condition) => holds(condition, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((condition) => holds(condition, scope)),
};

/**
 * The concrete value of a piece of a template. Members and elements that become `AWS::NoValue` are left out.
 * @throws Unresolvable for an intrinsic function that is not known, or that cannot be worked out offline.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    return withoutDynamicReference(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const members = Object.entries(value);
  const [name, argument] = members[0] ?? ['', undefined];
  if (members.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return intrinsic(name)(argument, scope);
  }
  return Object.fromEntries(
    members
      .map(([key, member]) => [key, evaluate(member, scope)] as const)
      .filter(([, member]) => member !== undefined),
  );
}

/**
 * Whether a condition of a template holds.
 * @throws Unresolvable for a condition function that is not known.
 */
export function holds(expression: unknown, scope: Scope): boolean {
  const [[name, argument] = ['', undefined]] = Object.entries(Object(expression) as Record<string, unknown>);
  const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
  if (condition === undefined) {
    throw new Unresolvable(
      `condition function "${name}" is not known to the rehearsal; known are ${Object.keys(CONDITIONS).join(', ')}; add it in rehearsal/assembly/resolve/intrinsics.ts`,
    );
  }
  return condition(argument, scope);
}

function intrinsic(name: string): Intrinsic {
  const known = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (known === undefined) {
    throw new Unresolvable(
      `"${name}" cannot be worked out offline; known are ${Object.keys(INTRINSICS).join(', ')}; add it in rehearsal/assembly/resolve/intrinsics.ts`,
    );
  }
  return known;
}

function substitute(argument: unknown, scope: Scope): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, 'Fn::Sub');
  const given = Object(variables) as Record<string, unknown>;
  return text(template, 'Fn::Sub').replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) {
      return `\${${name.slice(1)}}`;
    }
    if (Object.hasOwn(given, name)) {
      return scalar(evaluate(given[name], scope), 'Fn::Sub');
    }
    const [logicalId = '', ...attribute] = name.split('.');
    return scalar(
      attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId, attribute.join('.')),
      'Fn::Sub',
    );
  });
}

function withoutDynamicReference(value: string): string {
  if (value.includes('{{resolve:')) {
    throw new Unresolvable(
      `dynamic reference "${value}" needs AWS to be read; pass the value's name and read it at run time`,
    );
  }
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') {
    throw new Unresolvable(`${where} expects text, received ${JSON.stringify(value)}`);
  }
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Unresolvable(`${where} expects a list, received ${JSON.stringify(value)}`);
  }
  return value;
}

function scalar(value: unknown, where: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new Unresolvable(`${where} expects text, received ${JSON.stringify(value)}`);
  }
  return String(value);
}
