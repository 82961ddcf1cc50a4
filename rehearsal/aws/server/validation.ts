import type * as z from 'zod';
import { ApiError } from '../api';

/**
 * Checks an operation's input against its schema and returns it typed; members that the schema does not know are left out.
 * @throws ApiError with `code` (400) that lists every problem with its path, what was received and what is allowed.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  code = 'ValidationException',
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.') || 'input';
    return `Value ${show(valueAt(input, issue.path))} at '${path}' failed to satisfy constraint: ${issue.message}`;
  });
  throw new ApiError(
    code,
    `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`,
  );
}

const SHOWN_CHARACTERS = 80;

function show(value: unknown): string {
  const text = value === undefined ? 'null' : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** A member as text where the input is not validated yet, as for IAM: anything but a scalar is empty. */
export function textOf(member: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof member) ? String(member) : '';
}
