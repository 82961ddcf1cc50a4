import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDrillPage, renderDrillTable } from './drills/render';
import { matchDrills, readCatalogue, readFigures, readTests } from './drills/results';

/** Makes the table and the page of the last `make drills`; exit code 1 unless every drill passed. */
function main(root: string): number {
  const folder = join(root, 'out/drills');
  const drills = matchDrills(
    readCatalogue(root),
    readTests(join(folder, 'jest.json')),
    readFigures(join(folder, 'figures.jsonl')),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(drills, null, 2)}\n`);
  writeFileSync(join(folder, 'report.html'), renderDrillPage(drills));
  const passed = drills.filter(({ status }) => status === 'passed').length;
  console.log(
    `${renderDrillTable(drills)}\n\n${passed} of ${drills.length} drills passed: out/drills/report.html`,
  );
  return passed === drills.length ? 0 : 1;
}

process.exitCode = main(join(__dirname, '..'));
