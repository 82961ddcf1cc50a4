/**
 * A document as it is written, not as it is read: keys may stand twice, and scalars are the very characters that are
 * put into the text, so that `1e400` or `.inf` survive.
 */
export type Tree = Scalar | List | Mapping;

/** Characters as they are written. */
export interface Scalar {
  readonly kind: 'scalar';
  raw: string;
}

/** Entries in order. */
export interface List {
  readonly kind: 'list';
  readonly items: Tree[];
}

/** Members in order; a key may stand more than once. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly members: { key: string; value: Tree }[];
}

/** How a tree becomes text. */
export type Writing = 'json' | 'yaml blocks' | 'yaml flow';

export function scalar(value: string | number | boolean | null): Scalar {
  return { kind: 'scalar', raw: JSON.stringify(value) };
}

/** The tree of a JSON value. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map(treeOf) };
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => ({ key, value: treeOf(member) }));
    return { kind: 'mapping', members };
  }
  return scalar((value ?? null) as string | number | boolean | null);
}

/** A place in a document: a node, with how to put another one there and how to take it away. */
export interface Slot {
  readonly node: Tree;
  replace(node: Tree): void;
  remove(): void;
}

/** Deeper places are not changed. */
const DEEPEST_SLOT = 100;

/** Every place of a document, the whole first. `put` is told of a new root. */
export function slotsOf(root: Tree, put: (root: Tree) => void): readonly Slot[] {
  const slots: Slot[] = [];
  const visit = (slot: Slot, level: number): void => {
    slots.push(slot);
    const { node } = slot;
    const inner = level >= DEEPEST_SLOT || node.kind === 'scalar' ? [] : slotsIn(node);
    for (const each of inner) {
      visit(each, level + 1);
    }
  };
  visit({ node: root, replace: put, remove: () => put({ kind: 'scalar', raw: '' }) }, 0);
  return slots;
}

function slotsIn(node: List | Mapping): readonly Slot[] {
  return node.kind === 'list'
    ? node.items.map((item, index) => ({
        node: item,
        replace: (next) => void node.items.splice(index, 1, next),
        remove: () => void node.items.splice(index, 1),
      }))
    : node.members.map((member) => ({
        node: member.value,
        replace: (next) => {
          member.value = next;
        },
        remove: () => void node.members.splice(node.members.indexOf(member), 1),
      }));
}

/** The text of a document. */
export function write(root: Tree, writing: Writing): string {
  return writing === 'yaml blocks' ? `${block(root, '').replace(/^\n/, '')}\n` : flow(root, writing);
}

function flow(root: Tree, writing: Writing): string {
  const parts: string[] = [];
  // A stack of its own: documents may be deeper than the call stack is.
  const todo: (Tree | string)[] = [root];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === 'string') {
      parts.push(next);
    } else if (next.kind === 'scalar') {
      parts.push(writing === 'json' || next.raw !== '' ? next.raw : 'null');
    } else if (next.kind === 'list') {
      todo.push(']');
      pushBackwards(
        todo,
        next.items.map((item) => [item]),
      );
      todo.push('[');
    } else {
      todo.push('}');
      pushBackwards(
        todo,
        next.members.map(({ key, value }) => [`${JSON.stringify(key)}: `, value]),
      );
      todo.push('{');
    }
  }
  return parts.join('');
}

function pushBackwards(todo: (Tree | string)[], entries: readonly (Tree | string)[][]): void {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index] ?? [];
    todo.push(...[...entry].reverse());
    if (index > 0) {
      todo.push(', ');
    }
  }
}

/** Deeper than this, blocks go on as flow: their indentation alone would be megabytes. */
const DEEPEST_BLOCK = 40;

function block(node: Tree, indent: string): string {
  if (node.kind === 'scalar') {
    return ` ${node.raw}`;
  }
  const isEmpty = node.kind === 'list' ? node.items.length === 0 : node.members.length === 0;
  if (isEmpty || indent.length > DEEPEST_BLOCK) {
    return ` ${flow(node, 'yaml flow')}`;
  }
  const lines =
    node.kind === 'list'
      ? node.items.map((item) => `${indent}-${block(item, `${indent}  `)}`)
      : node.members.map(
          ({ key, value }) => `${indent}${JSON.stringify(key)}:${block(value, `${indent}  `)}`,
        );
  return `\n${lines.join('\n')}`;
}
