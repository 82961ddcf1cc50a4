import * as z from 'zod';

/** What a schema's documents are made of: material for documents that are nearly right. */
export interface Pools {
  /** Every limit of a number, its neighbours, and numbers that no schema expects. */
  readonly numbers: readonly string[];
  /** Every word that the schema knows. */
  readonly words: readonly string[];
  /** Every key that the schema knows. */
  readonly keys: readonly string[];
}

const NUMBERS = [
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '0.5',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
    '1e308',
    '100.00000000000001',
  ],
  ...[
    '00',
    '0x10',
    '0o17',
    '1_000',
    '+1',
    '.5',
    '5.',
    '.inf',
    '-.inf',
    '.nan',
    'NaN',
    'Infinity',
    '-Infinity',
  ],
];

/** Collects the limits, words and keys of a schema. */
export function poolsOf(schema: z.ZodType): Pools {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const found = { numbers: new Set<number>(), words: new Set<string>(), keys: new Set<string>() };
  collect(json, found);
  const near = [...found.numbers].flatMap((each) => [each - 1, each, each + 1]).map(String);
  return {
    numbers: [...new Set([...near, ...NUMBERS])],
    words: [...found.words, 'x'],
    keys: [...found.keys, '$schema'],
  };
}

const LIMITS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems'];

function collect(
  node: unknown,
  found: { numbers: Set<number>; words: Set<string>; keys: Set<string> },
): void {
  if (typeof node !== 'object' || node === null) {
    return;
  }
  for (const [name, value] of Object.entries(node)) {
    if (LIMITS.includes(name) && typeof value === 'number') {
      found.numbers.add(value);
    }
    const constants = name === 'const' ? [value] : name === 'enum' && Array.isArray(value) ? value : [];
    for (const constant of constants) {
      typeof constant === 'number' ? found.numbers.add(constant) : found.words.add(String(constant));
    }
    if (name === 'properties') {
      Object.keys(value as object).forEach((key) => void found.keys.add(key));
    }
    collect(value, found);
  }
}
