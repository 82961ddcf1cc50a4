import { type EnvironmentNames, generalRole } from './names';
import { groupBy } from './text';
import type { ComparisonResult, Row, Verdict } from './types';

/** The table of all roles, then what is wrong, then a line that sums up. */
export function renderComparison(result: ComparisonResult, names: EnvironmentNames): string {
  const byRole = groupBy(result.rows, ({ role }) => role);
  const tables = [...byRole].map(
    ([role, rows]) => `${generalRole(role, names)}\n${renderRows(rows.map((row) => cellsOf(row)))}`,
  );
  return [...tables, ...renderProblems(result), summary(result)].join('\n\n');
}

function cellsOf({ action, pattern, conditions, count, resources, verdict }: Row): readonly string[] {
  const narrowed = conditions.map(({ key, values }) => ` if ${key} is ${values.map(shortArn).join(' or ')}`);
  const [example] = resources;
  const used = example === undefined ? '–' : `${count}× on ${resources.length}, such as ${shortArn(example)}`;
  return [action, `${shortArn(pattern)}${narrowed.join('')}`, used, verdictText(verdict)];
}

/** In a table, partition, region and account say nothing. */
function shortArn(arn: string): string {
  const [prefix, , service, , , ...resource] = arn.split(':');
  return prefix === 'arn' ? `${service}: ${resource.join(':')}` : arn;
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'used':
      return 'ok';
    case 'unused':
      return 'UNUSED: no run used it';
    case 'wide':
      return `TOO WIDE: ${verdict.why}`;
    case 'missing':
      return 'MISSING: a run was denied it';
    case 'void':
      return `VOID: ${verdict.why}`;
    case 'excused':
      return `ok, ${EXCUSED[verdict.from]}: ${verdict.reason}`;
    default:
      return verdict satisfies never;
  }
}

const EXCUSED = { unused: 'not seen', wide: 'wide', void: 'said in two ways' } as const;

const COLUMNS = ['action', 'allowed on', 'used', 'verdict'];
/** Longer cells would push the verdict out of sight. */
const MOST_CHARACTERS = [36, 70, 76];

function renderRows(rows: readonly (readonly string[])[]): string {
  const cut = [COLUMNS, ...rows].map((cells) =>
    cells.map((cell, index) => shortened(cell, MOST_CHARACTERS[index] ?? Number.POSITIVE_INFINITY)),
  );
  const widths = COLUMNS.map((_, index) => Math.max(...cut.map((cells) => cells[index]?.length ?? 0)));
  return cut
    .map((cells) => `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function renderProblems({ stale }: ComparisonResult): readonly string[] {
  return stale.map(
    ({ roles, actions, resource, excuses }) =>
      `STALE EXCUSE: ${roles} ${actions.join(', ')} on ${resource}: nothing that is ${excuses} is left of it; remove it from tools/permissions/excuses.ts`,
  );
}

function summary({ rows, stale, agrees }: ComparisonResult): string {
  const count = (...kinds: readonly Verdict['kind'][]): number =>
    rows.filter(({ verdict }) => kinds.includes(verdict.kind)).length;
  const roles = new Set(rows.map(({ role }) => role)).size;
  const figures = [
    `${roles} roles`,
    `${rows.length - count('missing')} grants`,
    `${count('used')} used as narrowly as can be said`,
    `${count('excused')} excused`,
    `${count('missing')} missing`,
    `${count('unused')} unused`,
    `${count('wide', 'void')} too wide`,
    `${stale.length} stale excuses`,
  ];
  return `${agrees ? 'PASSED' : 'FAILED'}  ${figures.join(', ')}`;
}
