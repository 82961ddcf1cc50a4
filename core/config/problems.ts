import type * as z from 'zod';
import { InvalidInput, type Problem } from '../errors';

/** Reports a contradiction from a schema's refinement, with what is allowed and what to do. */
export function refuse(
  context: z.RefinementCtx,
  path: (string | number)[],
  input: unknown,
  allowed: string,
  todo: string,
): void {
  context.addIssue({ code: 'custom', path, input, params: { allowed, todo }, message: allowed });
}

/**
 * Checks a value against a schema and returns it with defaults filled in.
 * @throws {InvalidInput} with every problem of the document at once.
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  document: string,
): z.output<Schema> {
  const problems = findProblems(schema, value);
  if (problems.length > 0) {
    throw new InvalidInput(document, problems);
  }
  return schema.parse(value);
}

/** All problems of a value; empty when it is valid. */
export function findProblems(schema: z.ZodType, value: unknown): readonly Problem[] {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => toProblems(issue, value));
}

function toProblems(issue: z.core.$ZodIssue, document: unknown): Problem[] {
  const received = issue.input === undefined ? valueAt(document, issue.path) : issue.input;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: renderPath([...issue.path, key]),
      received: describeValue(valueAt(document, [...issue.path, key])),
      allowed: 'a key that the reference page lists here',
      todo: `remove "${key}" or correct its spelling`,
    }));
  }
  if (
    issue.code === 'invalid_union' &&
    issue.errors.length > 0 &&
    !('discriminator' in issue && issue.discriminator)
  ) {
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return closest.flatMap((inner) =>
      toProblems({ ...inner, path: [...issue.path, ...inner.path] }, document),
    );
  }
  return [
    { path: renderPath(issue.path), received: describeValue(received), ...allowedFor(issue, received) },
  ];
}

function allowedFor(issue: z.core.$ZodIssue, received: unknown): { allowed: string; todo: string } {
  switch (issue.code) {
    case 'custom':
      return {
        allowed: String(issue.params?.allowed ?? issue.message),
        todo: String(issue.params?.todo ?? 'correct it'),
      };
    case 'invalid_type':
      return {
        allowed: TYPE_NAMES[issue.expected] ?? issue.expected,
        todo: received === undefined ? 'add it' : 'change it to that type',
      };
    case 'too_small':
      return { allowed: `at least ${issue.minimum}${unitOf(issue.origin)}`, todo: 'raise it' };
    case 'too_big':
      return { allowed: `at most ${issue.maximum}${unitOf(issue.origin)}`, todo: 'lower it' };
    case 'invalid_value':
      return { allowed: issue.values.map((v) => JSON.stringify(v)).join(' or '), todo: 'use one of these' };
    case 'invalid_union':
      return {
        allowed: 'a known "type" (or "kind") value; the reference page lists them',
        todo: 'correct it',
      };
    default:
      return { allowed: issue.message, todo: 'correct it' };
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  record: 'an object',
};

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

function renderPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    document,
  );
}

/** A value as a person would recognise it, at most 80 characters. */
export function describeValue(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
