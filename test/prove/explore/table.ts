import type { Row } from './explore';

/** The table that `make prove` ends with: a line for each scenario, and their sum. */
export function renderTable(rows: readonly Row[]): string {
  const head = ['scenario', 'positions', 'singles', 'plays', 'pairs', 'findings'];
  const lines = rows.map((row) => [
    row.scenario,
    row.positions,
    row.singles,
    row.played,
    row.pairs,
    row.findings,
  ]);
  const sum = (column: number) =>
    rows.length && lines.reduce((total, line) => total + Number(line[column]), 0);
  const all = [head, ...lines, ['together', ...[1, 2, 3, 4, 5].map(sum)]].map((line) => line.map(String));
  const widths = head.map((_title, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  return all
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
