/** One exact replacement in a file of the product. */
export interface Edit {
  /** Path from the repository's root. */
  readonly file: string;
  /** State of the state machine in `file` within which alone `find` is looked for. */
  readonly state?: string;
  /** Text that stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** What is expected to notice that a rule is missing. */
export type Check =
  | {
      readonly kind: 'exploration';
      /** Scenarios in which the rule matters; others need not be played. */
      readonly scenarios: readonly string[];
      /** Parts of disturbances to play first, such as `setSplit` or `:kill-after`: the order alone, for speed. */
      readonly first?: readonly string[];
      /** Whether to play pairs, too, where no single disturbance shows it. @default false */
      readonly pairs?: boolean;
    }
  | {
      readonly kind: 'tests';
      /** Test files, from the repository's root. */
      readonly files: readonly string[];
      /** Part of the names of the tests to run. @default all */
      readonly only?: string;
      /** Why the exploration cannot notice it. */
      readonly why: string;
    };

/** A safety rule that is taken out of the product. */
export interface Mutation {
  readonly id: string;
  /** The rule's number: `4.1` to `4.9` are the rules of rollouts, `5` is health, `split` an operator's split. */
  readonly rule: RuleNumber;
  /** What the product no longer does, in one sentence. */
  readonly without: string;
  /** Several where a rule is guarded twice: each guard alone would hide that the other is missing. */
  readonly edits: readonly Edit[];
  readonly noticedBy: Check;
}

/** The rules that mutations take out, each in one sentence. */
export const RULES = {
  '4.1':
    'The router is the truth: read the split, write a full one that sums to 100, verify it; any step can run twice.',
  '4.2':
    'Traffic before tasks: set and verify the split, drain, then remove; nothing with weight is removed, nothing unproven gets 100.',
  '4.3':
    'Every task state has a timeout, retries, and a catch that leads to a rollback; a rollback that fails says so.',
  '4.4':
    'One rollout per service at a time, newest wins; the lease is checked, and a dead holder’s work is repaired first.',
  '4.5': 'A killed execution heals: split back, canary removed, lease freed, outcome recorded.',
  '4.6':
    'Checks run every interval; a step needs its time and its verdict; weight 100 and first releases are checked too.',
  '4.7': 'Wait, don’t block: the machine polls, with a deadline for each phase.',
  '4.8': 'A long rollout continues in a new execution before its history is full.',
  '4.9':
    'The canary is sized for what it will carry, ready before its weight grows; stable stays until the bake has passed.',
  '5': 'Health: whole minutes only, thin or missing data holds, stale data does not count, failing tasks roll back at once.',
  alone:
    'What cannot run twice never does: tasks of the old version end before those of the new one start, and back.',
  split:
    'An operator’s split: versions are ready first, a failure restores what was, nothing that it names is removed.',
} as const;

export type RuleNumber = keyof typeof RULES;

/**
 * The text with the edit made.
 * @throws {Error} when what is to be replaced does not stand there exactly once.
 */
export function applyEdit(text: string, { file, state, find, replace }: Edit): string {
  const [from, to] = state === undefined ? [0, text.length] : boundsOf(text, file, state);
  const place = state === undefined ? file : `state ${state} of ${file}`;
  const first = text.indexOf(find, from);
  const isInside = first !== -1 && first + find.length <= to;
  const second = isInside ? text.indexOf(find, first + 1) : -1;
  if (!isInside || (second !== -1 && second + find.length <= to)) {
    throw new Error(
      `a mutation of ${place} no longer applies: ${JSON.stringify(find)} stands there ${isInside ? 'more than once' : 'no more'}; allowed: exactly once; adapt the mutation to the product`,
    );
  }
  return text.slice(0, first) + replace + text.slice(first + find.length);
}

/** Where a state begins and ends in a definition, as it is laid out: two levels deep. */
function boundsOf(text: string, file: string, state: string): readonly [number, number] {
  const from = text.indexOf(`\n    "${state}": {\n`);
  const to = text.indexOf('\n    }', from + 1);
  if (from === -1 || to === -1) {
    throw new Error(`a mutation of ${file} no longer applies: there is no state "${state}"`);
  }
  return [from, to];
}
