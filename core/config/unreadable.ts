import type { Problem } from '../errors';
import { describeValue, renderPath } from './describe-value';
import { isLargerThan, MOST_JSON_BYTES } from './json-size';

/** Levels of lists and objects in each other that a document may have; the deepest that the schemas know has 12. */
export const DEEPEST = 64;

/**
 * What no document and no state may have, whatever its schema says: more than Step Functions passes on. Null when it has not.
 */
export function findOversize(value: unknown): Problem | null {
  return isLargerThan(value, MOST_JSON_BYTES) ? TOO_LARGE : null;
}

/**
 * What no document may hold, whatever its schema says: more bytes than Step Functions passes on, more levels than anybody writes, the key `__proto__`, which
 * readers lose, and text that no task, header or AWS call takes as it is (NUL, half a character). Null when there is
 * none of it.
 */
export function findUnreadable(value: unknown): Problem | null {
  const oversize = findOversize(value);
  if (oversize !== null) {
    return oversize;
  }
  // A list of what is left to look at, not a call for each level: the levels are what is in doubt.
  const left: Place[] = [{ value, key: null, parent: null, level: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const problem = problemAt(next);
    if (problem !== null) {
      return problem;
    }
    const { value: node, level } = next;
    if (Array.isArray(node)) {
      for (let key = node.length - 1; key >= 0; key -= 1) {
        left.push({ value: node[key], key, parent: next, level: level + 1 });
      }
    } else if (typeof node === 'object' && node !== null) {
      for (const key of Object.keys(node)) {
        left.push({ value: (node as Record<string, unknown>)[key], key, parent: next, level: level + 1 });
      }
    }
  }
  return null;
}

const TOO_LARGE: Problem = {
  path: '',
  received: `more than ${MOST_JSON_BYTES} bytes as JSON`,
  allowed: `at most ${MOST_JSON_BYTES}, as many as Step Functions passes on`,
  todo: 'write less',
};

interface Place {
  readonly value: unknown;
  /** In its parent; null for the document as a whole. */
  readonly key: string | number | null;
  readonly parent: Place | null;
  readonly level: number;
}

/** Made only for a place that is told of: a large document has many. */
function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | null = place; at !== null && at.key !== null; at = at.parent) {
    path.unshift(at.key);
  }
  return path;
}

function problemAt(place: Place): Problem | null {
  const { value, key, level } = place;
  if (level > DEEPEST) {
    const allowed = `at most ${DEEPEST} lists and objects in each other`;
    const path = renderPath(pathOf(place).slice(0, 4));
    return { path, received: `${DEEPEST} levels and more`, allowed, todo: 'write it flatter' };
  }
  if (key === '__proto__') {
    const allowed = 'any other key: readers lose this one';
    const todo = 'rename or remove "__proto__"';
    return { path: renderPath(pathOf(place)), received: describeValue(value), allowed, todo };
  }
  const text = [key, value].find((each): each is string => typeof each === 'string' && isBroken(each));
  return text === undefined
    ? null
    : {
        path: renderPath(pathOf(place)),
        received: describeValue(text),
        allowed: 'text without the character NUL and without half a character (an unpaired surrogate)',
        todo: 'remove it',
      };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for.
const BROKEN = /\u0000|\p{Cs}/u;

function isBroken(text: string): boolean {
  return BROKEN.test(text);
}
