import type * as z from 'zod';
import { InvalidInput, type Problem } from '../errors';
import { describeValue, renderPath } from './describe-value';
import { findOversize, findUnreadable } from './unreadable';

export { describeValue };

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
  return parseUnless(findProblems(schema, value), schema, value, document);
}

/**
 * Checks what a program passes on against a schema, as `parseDocument` does with what people write. What it quotes from
 * elsewhere, such as the last lines of a task, may hold any character.
 * @throws {InvalidInput} with the problems that the schema finds.
 */
export function parseEvent<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  document: string,
): z.output<Schema> {
  return parseUnless(findSchemaProblems(schema, value), schema, value, document);
}

/**
 * Checks what a state machine passes on against a schema, which is not asked about more than a state machine can pass on:
 * that was made by hand.
 * @throws {InvalidInput} with the problems that the schema finds, or the one of its size.
 */
export function parseStateEvent<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  document: string,
): z.output<Schema> {
  const oversize = findOversize(value);
  const problems = oversize === null ? findSchemaProblems(schema, value) : [oversize];
  return parseUnless(problems, schema, value, document);
}

function parseUnless<Schema extends z.ZodType>(
  problems: readonly Problem[],
  schema: Schema,
  value: unknown,
  document: string,
): z.output<Schema> {
  if (problems.length > 0) {
    throw new InvalidInput(document, problems);
  }
  return schema.parse(value);
}

/** Problems that are told of one document; who has more has one mistake that makes them all. */
const MOST_PROBLEMS = 20;

/** The problems of a value, at most 20; empty when it is valid. */
export function findProblems(schema: z.ZodType, value: unknown): readonly Problem[] {
  // What no schema should be asked about, for walking through it could take the call stack or lose a key.
  const unreadable = findUnreadable(value);
  if (unreadable !== null) {
    return [unreadable];
  }
  return findSchemaProblems(schema, value);
}

function findSchemaProblems(schema: z.ZodType, value: unknown): readonly Problem[] {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success ? [] : atMost(result.error.issues.flatMap((issue) => toProblems(issue, value)));
}

function atMost(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST_PROBLEMS) {
    return problems;
  }
  const left = problems.length - MOST_PROBLEMS + 1;
  const rest: Problem = {
    path: '',
    received: `${left} problems more`,
    allowed: 'none',
    todo: 'correct those above first',
  };
  return [...problems.slice(0, MOST_PROBLEMS - 1), rest];
}

function toProblems(issue: z.core.$ZodIssue, document: unknown): Problem[] {
  const received = issue.input === undefined ? valueAt(document, issue.path) : issue.input;
  if (issue.code === 'unrecognized_keys') {
    // One more than is told, so that it is known that there are more.
    return issue.keys.slice(0, MOST_PROBLEMS + 1).map((key) => ({
      path: renderPath([...issue.path, key]),
      received: describeValue(valueAt(document, [...issue.path, key])),
      allowed: 'a key that the reference page lists here',
      todo: `remove ${describeValue(key)} or correct its spelling`,
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

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    document,
  );
}
