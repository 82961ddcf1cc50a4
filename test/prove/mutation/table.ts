import { type Mutation, RULES } from './mutation';
import type { Notice } from './notice';

/** A mutation with what came of it; a text says why it could not be tried. */
export interface Tried {
  readonly mutation: Mutation;
  readonly notice: Notice | string;
}

/** One line of the table in a terminal. */
export function renderLine({ mutation, notice }: Tried): string {
  const what = `${mutation.rule.padEnd(6)}${mutation.id.padEnd(44)}`;
  if (typeof notice === 'string') {
    return `${what}FAILED    ${notice}`;
  }
  if (notice.by === null) {
    return `${what}SURVIVED  ${notice.after} ${mutation.noticedBy.kind === 'tests' ? 'tests' : 'plays'}`;
  }
  return `${what}${notice.by}  after ${notice.after}  ${notice.where}`;
}

/** Whether something noticed it. */
export function isNoticed({ notice }: Tried): boolean {
  return typeof notice !== 'string' && notice.by !== null;
}

/** The reference page: a section per rule. */
export function renderPage(tried: readonly Tried[]): string {
  const ordered = Object.entries(RULES).sort(([a], [b]) => a.localeCompare(b));
  const rules = ordered.map(([rule, sentence]) => {
    const rows = tried.filter(({ mutation }) => mutation.rule === rule).map(renderRow);
    const head = ['| Taken out | Noticed by | After | Seen in |', '|---|---|---|---|'];
    return [`## ${headingOf(rule)}`, '', sentence, '', ...head, ...rows, ''].join('\n');
  });
  const whys = new Map(
    tried.flatMap(({ mutation: { noticedBy } }) =>
      noticedBy.kind === 'tests' ? [[noticedBy.why, noticedBy.files.join(', ')] as const] : [],
    ),
  );
  const noticed = tried.filter(isNoticed).length;
  return [
    '# Mutations of the rules',
    '',
    'Written by `make mutate ARGS=--write`; what it means stands under [proofs](proofs.md#mutation-of-the-rules). The last column',
    'is the play, or the tests, in which it was seen.',
    '',
    `${tried.length} mutations, ${noticed} noticed.`,
    '',
    ...rules,
    '## Noticed by tests',
    '',
    'What the exploration cannot notice, and why:',
    '',
    ...[...whys].map(([why, files]) => `- ${why} (\`${files}\`)`),
    '',
  ].join('\n');
}

function headingOf(rule: string): string {
  return /^\d/.test(rule) ? `Rule ${rule}` : rule === 'alone' ? 'All at once' : 'Operator’s split';
}

function renderRow({ mutation, notice }: Tried): string {
  const what = `${mutation.without} (\`${mutation.id}\`)`;
  if (typeof notice === 'string' || notice.by === null) {
    return `| ${what} | **nothing** | | |`;
  }
  const isTest = mutation.noticedBy.kind === 'tests';
  const by = isTest ? `test: ${notice.by}` : `\`${notice.by}\``;
  const after = `${notice.after} ${isTest ? 'tests' : notice.after === 1 ? 'play' : 'plays'}`;
  return `| ${what} | ${by.replaceAll('|', '\\|')} | ${after} | \`${notice.where}\` |`;
}
