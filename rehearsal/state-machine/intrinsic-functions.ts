import { createHash, randomUUID } from 'node:crypto';
import type { Json } from './definition';

/** One intrinsic function: how many arguments it takes and what it does. `run` throws an Error that says what is wrong. */
export interface IntrinsicFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Json[]) => Json;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html, all but States.MathRandom, whose
 * results nobody could compare.
 */
export const INTRINSICS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': { least: 1, most: 100, run: ([template, ...values]) => format(text(template), values) },
  'States.StringToJson': { least: 1, most: 1, run: ([value]) => JSON.parse(text(value)) },
  'States.JsonToString': { least: 1, most: 1, run: ([value]) => JSON.stringify(value) },
  'States.JsonMerge': { least: 3, most: 3, run: ([one, two, deep]) => merge(one, two, deep) },
  'States.Array': { least: 0, most: 100, run: (values) => [...values] },
  'States.ArrayPartition': {
    least: 2,
    most: 2,
    run: ([values, size]) => partition(list(values), whole(size)),
  },
  'States.ArrayContains': {
    least: 2,
    most: 2,
    run: ([values, one]) => list(values).some((has) => same(has, one)),
  },
  'States.ArrayRange': {
    least: 3,
    most: 3,
    run: ([first, last, step]) => range(whole(first), whole(last), whole(step)),
  },
  'States.ArrayGetItem': { least: 2, most: 2, run: ([values, index]) => item(list(values), whole(index)) },
  'States.ArrayLength': { least: 1, most: 1, run: ([values]) => list(values).length },
  'States.ArrayUnique': { least: 1, most: 1, run: ([values]) => unique(list(values)) },
  'States.Base64Encode': { least: 1, most: 1, run: ([value]) => Buffer.from(text(value)).toString('base64') },
  'States.Base64Decode': {
    least: 1,
    most: 1,
    run: ([value]) => Buffer.from(text(value), 'base64').toString(),
  },
  'States.Hash': { least: 2, most: 2, run: ([value, algorithm]) => hash(value, text(algorithm)) },
  'States.MathAdd': { least: 2, most: 2, run: ([one, two]) => whole(one) + whole(two) },
  'States.StringSplit': {
    least: 2,
    most: 2,
    run: ([value, separators]) => split(text(value), text(separators)),
  },
  'States.UUID': { least: 0, most: 0, run: () => randomUUID() },
};

function text(value: Json): string {
  if (typeof value === 'string') return value;
  throw new Error(`expected a string, found ${JSON.stringify(value)}`);
}

function whole(value: Json): number {
  if (typeof value === 'number') return Math.round(value);
  throw new Error(`expected a number, found ${JSON.stringify(value)}`);
}

function list(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new Error(`expected an array, found ${JSON.stringify(value)}`);
}

function format(template: string, values: readonly Json[]): string {
  let used = 0;
  const filled = template.replace(/\\([{}\\])|\{\}/g, (_match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[used++];
    return typeof value === 'string' ? value : String(JSON.stringify(value));
  });
  if (used === values.length) return filled;
  throw new Error(`the template has ${used} places for ${values.length} values`);
}

function merge(one: Json, two: Json, deep: Json): Json {
  if (deep !== false) throw new Error('only a shallow merge is known: the third argument is false');
  return { ...object(one), ...object(two) };
}

function object(value: Json): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`expected an object, found ${JSON.stringify(value)}`);
}

function partition(values: readonly Json[], size: number): Json {
  if (size < 1) throw new Error(`expected a size of at least 1, found ${size}`);
  return Array.from({ length: Math.ceil(values.length / size) }, (_none, part) =>
    values.slice(part * size, (part + 1) * size),
  );
}

function range(first: number, last: number, step: number): Json {
  const count = Math.floor((last - first) / step) + 1;
  if (step === 0 || count > 1000) throw new Error('a range has a step other than 0 and at most 1000 numbers');
  return Array.from({ length: Math.max(0, count) }, (_none, index) => first + index * step);
}

function item(values: readonly Json[], index: number): Json {
  if (index >= 0 && index < values.length) return values[index];
  throw new Error(`index ${index} is outside an array of ${values.length}`);
}

function unique(values: readonly Json[]): Json {
  return values.filter((value, index) => values.findIndex((other) => same(other, value)) === index);
}

function same(one: Json, two: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

function hash(value: Json, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined)
    throw new Error(`algorithm is "${algorithm}", allowed are ${Object.keys(HASHES).join(', ')}`);
  return createHash(name)
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}

function split(value: string, separators: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of value) {
    if (separators.includes(character)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  // As Java's splitting does it: no empty parts.
  return [...parts, part].filter((one) => one !== '');
}
