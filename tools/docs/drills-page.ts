import { readCatalogue } from '../drills/results';
import { type GeneratedFile, notice, page, table } from './page';

/** The page of the drill matrix, from the catalogue. */
export function drillsFile(root: string): GeneratedFile {
  const source = 'test/drills/catalogue.json';
  return {
    path: 'docs/reference/drills.md',
    content: page(
      notice(source),
      '# Drills',
      '`make drills` does these things to rollouts in whole rehearsals, on real processes and a real Envoy, and fails when one of them does not end as it must. It ends with a table, and with `out/drills/report.html`: every test, the weights that the canary had, checks, virtual times, reasons. It wants the machine for itself, for about a quarter of an hour.',
      table(
        ['Drill', 'Injects', 'Must be seen'],
        readCatalogue(root).map(({ id, injects, mustBeSeen }) => [id, injects, mustBeSeen]),
      ),
      'Some run in `make test` too (`test/drills/quick.test.ts`): those whose end does not depend on how fast the machine is. What takes no process to show (every call failing in every way, executions stopped in every state) is explored in memory: [proofs](proofs.md).',
    ),
  };
}
