import { escapeForRegExp } from './text';

/**
 * A resource type's ARN as the service authorization reference writes it, such as
 * `arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}`.
 */
export type ArnFormat = string;

/** Values of a format's variables in one ARN, or in a policy's pattern of one. */
export type ArnParts = Readonly<Record<string, string>>;

const VARIABLE = /\$\{(\w+)\}/g;

/** Names of a format's variables, in order. */
export function variablesOf(format: ArnFormat): readonly string[] {
  return [...format.matchAll(VARIABLE)].map((match) => match[1] ?? '');
}

/** Characters of a format that are no variables. */
export function literalLength(format: ArnFormat): number {
  return format.replace(VARIABLE, '').length;
}

/**
 * Takes an ARN or a pattern apart by its format; null when it has another shape. A `*` stands for what is in its place:
 * it never reaches over a separator of the format, so that a pattern that does is of no type at all.
 */
export function parseArn(format: ArnFormat, arn: string): ArnParts | null {
  const names = variablesOf(format);
  const literals = format.split(/\$\{\w+\}/).map(escapeForRegExp);
  const match = new RegExp(`^${literals.join('(.+?)')}$`).exec(arn);
  return match === null
    ? null
    : Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']));
}
