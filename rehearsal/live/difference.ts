/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * How one JSON value becomes another: it is replaced, or members of an object change, or a window of a list moves.
 * Written with short names, for it is what goes over the wire several times a second.
 */
export type Difference =
  | { readonly set: Json }
  | { readonly in: Readonly<Record<string, Difference>>; readonly gone?: readonly string[] }
  | ListDifference;

/** The new list: `head`, then `keep` items of the old one beginning at `from` with the changes in `at`, then `tail`. */
export interface ListDifference {
  readonly from: number;
  readonly keep: number;
  readonly head?: readonly Json[];
  readonly at?: Readonly<Record<string, Difference>>;
  readonly tail?: readonly Json[];
}

type JsonObject = { readonly [key: string]: Json };

/** What makes `before` into `after`; null when they are equal. Lists that grow or slide cost only what is new. */
export function differenceOf(before: Json, after: Json): Difference | null {
  if (before === after) {
    return null;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return listDifference(before, after);
  }
  return isObject(before) && isObject(after) ? objectDifference(before, after) : { set: after };
}

/** `before` with a difference applied; parts that did not change are the very same objects. */
export function applied(before: Json, difference: Difference): Json {
  if ('set' in difference) {
    return difference.set;
  }
  if ('keep' in difference) {
    return appliedToList(Array.isArray(before) ? before : [], difference);
  }
  const result: Record<string, Json> = isObject(before) ? { ...before } : {};
  for (const key of difference.gone ?? []) {
    delete result[key];
  }
  for (const [key, change] of Object.entries(difference.in)) {
    define(result, key, applied(result[key] ?? null, change));
  }
  return result;
}

function appliedToList(before: readonly Json[], difference: ListDifference): readonly Json[] {
  const kept = before.slice(difference.from, difference.from + difference.keep);
  for (const [index, change] of Object.entries(difference.at ?? {})) {
    kept[Number(index)] = applied(kept[Number(index)] ?? null, change);
  }
  return [...(difference.head ?? []), ...kept, ...(difference.tail ?? [])];
}

function objectDifference(before: JsonObject, after: JsonObject): Difference | null {
  const changes: Record<string, Difference> = {};
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const change = old === undefined ? { set: value } : differenceOf(old, value);
    if (change !== null) {
      define(changes, key, change);
    }
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  if (Object.keys(changes).length === 0 && gone.length === 0) {
    return null;
  }
  return { in: changes, ...(gone.length > 0 ? { gone } : {}) };
}

function listDifference(before: readonly Json[], after: readonly Json[]): Difference | null {
  const { from, head } = alignment(before, after);
  const keep = Math.min(before.length - from, after.length - head);
  const at: Record<string, Difference> = {};
  for (let index = 0; index < keep; index += 1) {
    const change = differenceOf(before[from + index] ?? null, after[head + index] ?? null);
    if (change !== null) {
      at[index] = change;
    }
  }
  const isSame = from === 0 && head === 0 && keep === before.length && keep === after.length;
  if (isSame && Object.keys(at).length === 0) {
    return null;
  }
  return {
    from,
    keep,
    ...(head > 0 ? { head: after.slice(0, head) } : {}),
    ...(Object.keys(at).length > 0 ? { at } : {}),
    ...(head + keep < after.length ? { tail: after.slice(head + keep) } : {}),
  };
}

/** Where the lists lie over each other: items left the old one's start, or came to the new one's start. */
function alignment(
  before: readonly Json[],
  after: readonly Json[],
): { readonly from: number; readonly head: number } {
  const first = identity(before[0]);
  const newFirst = identity(after[0]);
  if (first === newFirst) {
    return { from: 0, head: 0 };
  }
  const from = before.findIndex((item) => identity(item) === newFirst);
  if (from > 0) {
    return { from, head: 0 };
  }
  const head = after.findIndex((item) => identity(item) === first);
  return { from: 0, head: Math.max(0, head) };
}

/** What a list's item is known by; a wrong guess costs bytes, never correctness. */
function identity(item: Json | undefined): string | undefined {
  if (!isObject(item ?? null)) {
    return item === undefined ? undefined : JSON.stringify(item);
  }
  const { id, name, at, from, text, state } = item as Readonly<Record<string, Json>>;
  return JSON.stringify(id ?? name ?? [at ?? from ?? null, text ?? state ?? null]);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a member as data, whatever its name: `__proto__` too. */
function define<T>(target: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
