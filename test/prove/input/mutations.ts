import * as fc from 'fast-check';
import { type Mapping, type Scalar, scalar, slotsOf, type Tree, treeOf } from './document-tree';
import type { Pools } from './pools';

/** One change of a document: where (counted through its places), what, and with which material. */
export interface Mutation {
  readonly at: number;
  readonly kind: keyof typeof KINDS;
  readonly pick: number;
  readonly other: number;
}

/** Text that readers, terminals, pages, shells or AWS may stumble over. */
export const NASTY_TEXTS: readonly string[] = [
  ...['', ' ', '60s', '1h', 'yes', 'no', 'on', 'off', 'y', 'null', '~', 'true', '10', '-1', '1e3', '0x10'],
  ...[
    '\u0000',
    'a\u0000b',
    '\u001b[2J\u001b[31mred',
    '\u009b31m',
    'line\nbreak',
    'tab\there',
    '\r',
    '\u2028',
  ],
  ...[
    '\u202eevil',
    '\u2066x',
    '\u200b',
    'a\u200bb',
    '\ufeff',
    '\ud800',
    'a\udfff',
    '👩‍👩‍👧',
    'é',
    'ẞ'.repeat(40),
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '<script>alert(1)</script>',
    '"><img src=x>',
  ],
  ...[
    '$(touch x)',
    '`id`',
    '; rm -rf x',
    '../../etc/passwd',
    '/etc/passwd',
    '//evil',
    'arn:aws:iam::1:role/x',
    '/',
  ],
  ...[
    '{environment}',
    '{{uuid}}',
    '%s%n',
    'a'.repeat(300),
    'a'.repeat(5000),
    'http://127.0.0.1/',
    '*',
    '.',
    '-',
  ],
];

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty', 'valueOf'];
const WEIRD_KEYS = [
  '',
  ' ',
  'a.b',
  'a[0]',
  '0',
  'ключ',
  '\u001b[31m',
  '\u202e',
  '\ud800',
  'k'.repeat(3000),
  '<<',
  '&a',
  '*a',
];

const KINDS = {
  number: 8,
  word: 4,
  text: 8,
  literal: 3,
  nudge: 6,
  remove: 6,
  addKnown: 5,
  addUnknown: 2,
  addPrototype: 3,
  duplicate: 2,
  rename: 2,
  wrap: 2,
  repeat: 2,
  swap: 3,
  deep: 1,
  huge: 1,
} as const;

/** Changes; shrinking takes them away one by one. */
export function mutationArbitrary(size: 'quick' | 'any'): fc.Arbitrary<Mutation> {
  const kinds = Object.entries(KINDS).filter(([kind]) => size === 'any' || kind !== 'huge');
  return fc.record({
    at: fc.nat(1_000_000),
    kind: fc.oneof(
      ...kinds.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as keyof typeof KINDS) })),
    ),
    pick: fc.nat(1_000_000),
    other: fc.nat(1_000_000),
  });
}

/** The document after its changes. The tree that was given is used up. */
export function mutate(root: Tree, mutations: readonly Mutation[], pools: Pools): Tree {
  let document = root;
  for (const mutation of mutations) {
    const slots = slotsOf(document, (next) => {
      document = next;
    });
    const slot = slots[mutation.at % slots.length];
    if (slot !== undefined) {
      const change = (next: Tree | null): void => (next === null ? slot.remove() : slot.replace(next));
      change(
        changed(slot.node, mutation, pools, () => slots[mutation.other % slots.length]?.node ?? slot.node),
      );
    }
  }
  return document;
}

function changed(node: Tree, mutation: Mutation, pools: Pools, another: () => Tree): Tree | null {
  const { kind, pick } = mutation;
  switch (kind) {
    case 'number':
      return { kind: 'scalar', raw: from(pools.numbers, pick) };
    case 'word':
      return scalar(from(pools.words, pick));
    case 'text':
      return scalar(from(NASTY_TEXTS, pick));
    case 'literal':
      return treeOf(from([null, true, false, [], {}, [[]], { a: 1 }, '', 0], pick));
    case 'nudge':
      return nudged(node, pick);
    case 'remove':
      return null;
    case 'wrap':
      return from([treeOf([0]), treeOf({ value: 0 })], pick).kind === 'list'
        ? { kind: 'list', items: [node] }
        : { kind: 'mapping', members: [{ key: 'value', value: node }] };
    case 'swap':
      return copy(another());
    case 'deep':
      return deep(from([20, 60, 70, 500, 10_000], pick), mutation.other % 2 === 0);
    case 'huge':
      return huge(pick, mutation.other);
    case 'repeat':
      return node.kind === 'list' ? repeated(node.items, from([2, 10, 60, 1000], pick)) : node;
    default:
      return node.kind === 'mapping' ? withMember(node, mutation, pools, another) : node;
  }
}

function withMember(node: Mapping, { kind, pick, other }: Mutation, pools: Pools, another: () => Tree): Tree {
  const { members } = node;
  const chosen = members.length === 0 ? undefined : members[other % members.length];
  const value = other % 3 === 0 ? copy(another()) : scalar(other % 2 === 0 ? 1 : 'x');
  const add = (key: string, added: Tree): Tree => ({
    kind: 'mapping',
    members: [...members, { key, value: added }],
  });
  switch (kind) {
    case 'addKnown':
      return add(from(pools.keys, pick), value);
    case 'addUnknown':
      return add(from(WEIRD_KEYS, pick), value);
    case 'addPrototype':
      return add(from(PROTOTYPE_KEYS, pick), value);
    case 'duplicate':
      return chosen === undefined ? node : add(chosen.key, other % 2 === 0 ? copy(chosen.value) : value);
    case 'rename': {
      if (chosen !== undefined) {
        chosen.key = from([...PROTOTYPE_KEYS, ...WEIRD_KEYS, ...pools.keys], pick);
      }
      return node;
    }
    default:
      return node;
  }
}

function nudged(node: Tree, pick: number): Tree {
  const value = node.kind === 'scalar' ? Number(node.raw) : Number.NaN;
  if (node.kind !== 'scalar' || node.raw === '' || Number.isNaN(value)) {
    return node.kind === 'scalar' ? nudgedText(node, pick) : node;
  }
  const next = from([value + 1, value - 1, -value, value * 10, value + 0.5, value * 1000, value / 3], pick);
  return pick % 5 === 0 ? scalar(`${value}s`) : { kind: 'scalar', raw: String(next) };
}

function nudgedText(node: Scalar, pick: number): Tree {
  const text = node.raw.startsWith('"') ? (JSON.parse(node.raw) as string) : node.raw.slice(0, 10_000);
  const nasty = from(NASTY_TEXTS, pick);
  return scalar(
    from([text + nasty, nasty + text, text.toUpperCase(), text.slice(1), text + text], pick >> 4),
  );
}

function repeated(items: readonly Tree[], times: number): Tree {
  return { kind: 'list', items: Array.from({ length: times }, () => items.map(copy)).flat() };
}

function deep(levels: number, isList: boolean): Tree {
  let node: Tree = scalar(1);
  for (let level = 0; level < levels; level += 1) {
    node = isList
      ? { kind: 'list', items: [node] }
      : { kind: 'mapping', members: [{ key: 'a', value: node }] };
  }
  return node;
}

/** Mostly tens of kilobytes; one in some hundred changes makes megabytes. */
function huge(pick: number, other: number): Tree {
  const size = pick % 40 === 0 ? 5_000_000 : pick % 4 === 0 ? 400_000 : 20_000;
  return { kind: 'scalar', raw: hugeText(size, other % 3) };
}

const hugeTexts = new Map<string, string>();

/** Written once: as trees of their own they would take longer to make than to read. */
function hugeText(size: number, kind: number): string {
  const known = hugeTexts.get(`${size} ${kind}`);
  if (known !== undefined) {
    return known;
  }
  const numbers = (length: number): readonly number[] => [...Array(length).keys()];
  const texts = [
    () => JSON.stringify('x'.repeat(size)),
    () => `[${numbers(size / 10).join(', ')}]`,
    () =>
      `{${numbers(size / 20)
        .map((index) => `"k${index}": ${index}`)
        .join(', ')}}`,
  ];
  const text = texts[kind]?.() ?? '';
  hugeTexts.set(`${size} ${kind}`, text);
  return text;
}

function copy(node: Tree): Tree {
  try {
    return structuredClone(node);
  } catch (error) {
    if (error instanceof RangeError) {
      // The call stack is not deep enough to copy one that is.
      return scalar('deep');
    }
    throw error;
  }
}

function from<T>(pool: readonly T[], pick: number): T {
  return pool[pick % pool.length] as T;
}
