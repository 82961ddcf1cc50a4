import { Unresolvable } from '../errors';

type Test = (argument: unknown, values: readonly unknown[]) => boolean;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Content filters: each gets the event's values of the field, none when the field is missing. */
const FILTERS: Readonly<Record<string, Test>> = {
  prefix: (argument, values) => values.some((value) => text(value)?.startsWith(String(argument)) === true),
  suffix: (argument, values) => values.some((value) => text(value)?.endsWith(String(argument)) === true),
  exists: (argument, values) => values.length > 0 === argument,
  'anything-but': (argument, values) =>
    values.length > 0 && values.every((value) => ![argument].flat().includes(value)),
};

/** Filters whose argument is a plain value, or for `anything-but` a list of them. */
const ARGUMENTS: Readonly<Record<string, (argument: unknown) => boolean>> = {
  prefix: (argument) => typeof argument === 'string',
  suffix: (argument) => typeof argument === 'string',
  exists: (argument) => typeof argument === 'boolean',
  'anything-but': (argument) => [argument].flat().every(isPlain),
};

/**
 * Whether an event matches an EventBridge pattern: every field of the pattern must be met by one of its values.
 * Exact values, `prefix`, `suffix`, `exists` and `anything-but` are known, nested fields included.
 * @throws Unresolvable for any other filter.
 */
export function matchEvent(pattern: unknown, event: unknown): boolean {
  checkPattern(pattern);
  return fieldsMatch(pattern as Record<string, unknown>, event);
}

/**
 * Checks a pattern before it is used.
 * @throws Unresolvable for a pattern that is not an object of lists, and for a filter that is not known.
 */
export function checkPattern(pattern: unknown, path = 'the pattern'): void {
  if (!isObject(pattern)) {
    throw new Unresolvable(
      `event pattern: ${path} must be an object or a list, received ${JSON.stringify(pattern)}`,
    );
  }
  for (const [field, expected] of Object.entries(pattern)) {
    if (field.startsWith('$')) {
      throw new Unresolvable(`event pattern: "${field}" is not known; write one rule for each case`);
    }
    if (!Array.isArray(expected)) {
      checkPattern(expected, `"${field}"`);
    } else {
      expected.forEach(checkAlternative);
    }
  }
}

function checkAlternative(alternative: unknown): void {
  if (isPlain(alternative)) {
    return;
  }
  const [[filter, argument] = ['', undefined], ...more] = Object.entries(Object(alternative));
  const isKnown = Object.hasOwn(ARGUMENTS, filter) && more.length === 0;
  if (!isKnown || ARGUMENTS[filter]?.(argument) !== true) {
    throw new Unresolvable(
      `event pattern: filter ${JSON.stringify(alternative)} is not known; known are exact values, ${Object.keys(FILTERS).join(', ')}; add it in rehearsal/assembly/events/match-event.ts`,
    );
  }
}

function fieldsMatch(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const actual = isObject(event) && Object.hasOwn(event, field) ? event[field] : undefined;
    if (!Array.isArray(expected)) {
      return fieldsMatch(expected as Record<string, unknown>, actual);
    }
    const values = actual === undefined ? [] : [actual].flat();
    return expected.some((alternative) => alternativeMatches(alternative, values));
  });
}

function alternativeMatches(alternative: unknown, values: readonly unknown[]): boolean {
  if (!isObject(alternative)) {
    return values.includes(alternative);
  }
  return Object.entries(alternative).every(
    ([filter, argument]) => FILTERS[filter]?.(argument, values) === true,
  );
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
