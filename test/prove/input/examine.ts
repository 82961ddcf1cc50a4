import * as fc from 'fast-check';
import { treeOf, type Writing, write } from './document-tree';
import { type Mutation, mutate, mutationArbitrary } from './mutations';
import { finding, type Subject, type Verdict } from './subject';
import { mutateText, type TextMutation, textMutationArbitrary } from './text-mutations';

/** How a document comes about: a valid one, what is changed of it, and how it is written. */
export interface Recipe {
  readonly example: number;
  readonly mutations: readonly Mutation[];
  readonly writing: Writing;
  readonly text: readonly TextMutation[];
}

/** Processor time that one document may take, in milliseconds. */
const LONGEST_MILLIS = 1000;

const WRITINGS: Readonly<Record<Subject['format'], readonly Writing[]>> = {
  json: ['json'],
  event: ['json'],
  yaml: ['yaml blocks', 'yaml flow', 'json'],
};

/** Recipes of a subject's documents; one in eight is a valid document as it is. `quick` leaves the large ones out. */
export function recipesOf(subject: Subject, size: 'quick' | 'any'): fc.Arbitrary<Recipe> {
  const [mutation, textMutation] = [mutationArbitrary(size), textMutationArbitrary(size)];
  return fc.record({
    example: fc.nat(subject.examples.length - 1),
    mutations: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 7, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }) },
    ),
    writing: fc.constantFrom(...WRITINGS[subject.format]),
    text:
      subject.format === 'event'
        ? fc.constant([])
        : fc.oneof(
            { weight: 3, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.array(textMutation, { minLength: 1, maxLength: 1 }) },
          ),
  });
}

/** The document of a recipe. */
export function cook(subject: Subject, recipe: Recipe): Buffer {
  const tree = mutate(treeOf(subject.examples[recipe.example]), recipe.mutations, subject.pools);
  return mutateText(write(tree, recipe.writing), recipe.text);
}

/** Gives one document to its readers and watches them. */
export async function examine(subject: Subject, bytes: Buffer): Promise<Verdict> {
  const began = process.cpuUsage();
  const verdict = await readOf(subject, bytes);
  const { user, system } = process.cpuUsage(began);
  const polluted = Object.getOwnPropertyNames(Object.prototype).filter((name) => !CLEAN.has(name));
  if (polluted.length > 0) {
    for (const name of polluted) {
      Reflect.deleteProperty(Object.prototype, name);
    }
    return finding(`Object.prototype got ${polluted.join(', ')}`);
  }
  const millis = (user + system) / 1000;
  return millis > LONGEST_MILLIS && verdict.kind !== 'finding'
    ? finding(`took ${(millis / 1000).toFixed(1)} s of processor time for ${bytes.length} bytes`)
    : verdict;
}

const CLEAN = new Set(Object.getOwnPropertyNames(Object.prototype));

async function readOf(subject: Subject, bytes: Buffer): Promise<Verdict> {
  try {
    return await subject.read(bytes);
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    const at = /\(?([^\s(]+:\d+):\d+\)?$/m.exec(stack.split('\n').slice(1, 2).join(''))?.[1] ?? '';
    return finding(
      `threw ${name}: ${String(message).split('\n')[0]?.slice(0, 160)} (${at.replace(/.*\/(?=[^/]+\/[^/]+$)/, '')})`,
    );
  }
}

/** A document that a reader handled badly: how to see it again, and the shortest way to it. */
export interface Found {
  readonly subject: string;
  readonly index: number;
  readonly what: string;
  /** The smallest recipe with a finding. */
  readonly shrunk: string;
}

/** Examines document number `index`; a finding is made as small as it goes. */
export async function examineNumber(
  subject: Subject,
  seed: number,
  index: number,
  size: 'quick' | 'any',
): Promise<{ readonly verdict: Verdict; readonly found: Found | null }> {
  let first: Verdict | undefined;
  let last = '';
  const property = fc.asyncProperty(recipesOf(subject, size), async (recipe) => {
    const verdict = await examine(subject, cook(subject, recipe));
    first ??= verdict;
    if (verdict.kind === 'finding') {
      last = verdict.what;
      return false;
    }
    return true;
  });
  const details = await fc.check(property, {
    seed: seedOf(seed, index),
    numRuns: 1,
    interruptAfterTimeLimit: 5000,
  });
  const verdict = first ?? finding('nothing was examined');
  if (!details.failed || details.counterexample === null) {
    return { verdict, found: null };
  }
  const bytes = cook(subject, details.counterexample[0]);
  const shrunk = `${JSON.stringify(bytes.toString('utf8').slice(0, 300))}${bytes.length > 300 ? ` … (${bytes.length} bytes)` : ''}`;
  return { verdict, found: { subject: subject.name, index, what: last, shrunk } };
}

/** Each document has a seed of its own, so that one can be seen again without those before it. */
function seedOf(seed: number, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
}
