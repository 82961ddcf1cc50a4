/** Words of a name and what stands between them: `demo-shop-1a2b` is `demo`, `-`, `shop`, `-`, `1a2b`. */
const WORD = /[^-/.:_]+|[-/.:_]/g;

/**
 * The narrowest pattern with at most one `*` that admits all of these names, cut between words: the names of a version
 * and of a service are chosen as wholes, so that letters that two of them share by chance narrow nothing.
 */
export function narrowestPattern(names: readonly string[]): string {
  const [first, ...others] = [...new Set(names)];
  if (first === undefined || others.length === 0) {
    return first ?? '';
  }
  const all = [first, ...others].map(wordsOf);
  const shortest = Math.min(...all.map(({ length }) => length));
  const head = sharedLength(all, shortest, (words, index) => words[index]);
  const tail = sharedLength(all, shortest - head, (words, index) => words[words.length - 1 - index]);
  const words = wordsOf(first);
  return `${words.slice(0, head).join('')}*${words.slice(words.length - tail).join('')}`;
}

function wordsOf(name: string): readonly string[] {
  return name.match(WORD) ?? [];
}

/** How many words, counted by `at`, are the same in all names. */
function sharedLength(
  all: readonly (readonly string[])[],
  most: number,
  at: (words: readonly string[], index: number) => string | undefined,
): number {
  let length = 0;
  while (length < most && new Set(all.map((words) => at(words, length))).size === 1) {
    length += 1;
  }
  return length;
}
