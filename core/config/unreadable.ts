import type { Problem } from '../errors';
import { describeValue, renderPath } from './describe-value';

/** Levels of lists and objects in each other that a document may have; the deepest that the schemas know has 12. */
export const DEEPEST = 64;

/**
 * What no document may hold, whatever its schema says: more levels than anybody writes, the key `__proto__`, which
 * readers lose, and text that no task, header or AWS call takes as it is (NUL, half a character). Null when there is
 * none of it.
 */
export function findUnreadable(value: unknown): Problem | null {
  // A list of what is left to look at, not a call for each level: the levels are what is in doubt.
  const left: Place[] = [{ value, path: [] }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const problem = problemAt(next);
    if (problem !== null) {
      return problem;
    }
    if (typeof next.value === 'object' && next.value !== null) {
      const isList = Array.isArray(next.value);
      for (const [key, member] of Object.entries(next.value)) {
        left.push({ value: member, path: [...next.path, isList ? Number(key) : key] });
      }
    }
  }
  return null;
}

interface Place {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
}

function problemAt({ value, path }: Place): Problem | null {
  if (path.length > DEEPEST) {
    const allowed = `at most ${DEEPEST} lists and objects in each other`;
    return {
      path: renderPath(path.slice(0, 4)),
      received: `${DEEPEST} levels and more`,
      allowed,
      todo: 'write it flatter',
    };
  }
  const key = path.at(-1);
  if (key === '__proto__') {
    const allowed = 'any other key: readers lose this one';
    return {
      path: renderPath(path),
      received: describeValue(value),
      allowed,
      todo: 'rename or remove "__proto__"',
    };
  }
  const text = [key, value].find((each): each is string => typeof each === 'string' && isBroken(each));
  return text === undefined
    ? null
    : {
        path: renderPath(path),
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
