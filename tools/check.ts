import { join } from 'node:path';
import { advisories, signatures } from './checks/advisories';
import type { Check, CheckResult } from './checks/check';
import { circularImports } from './checks/circular-imports';
import { fileSize } from './checks/file-size';
import { generatedDocs } from './checks/generated-docs';
import { importDirections } from './checks/import-directions';
import { licences } from './checks/licences';
import { machineTraces } from './checks/machine-traces';
import { programCheck } from './checks/run-program';
import { supplyChain } from './checks/supply-chain';
import { synthFindings } from './checks/synth-findings';
import { templateLint } from './checks/template-lint';

/** Everything that must hold beside the tests. */
const CHECKS: readonly Check[] = [
  programCheck('types', 'tsc', ['--noEmit', '-p', '.']),
  programCheck('types in the browser', 'tsc', ['--noEmit', '-p', 'rehearsal/live/page/browser']),
  programCheck('lint and format', 'biome', ['check', '--error-on-warnings']),
  importDirections,
  circularImports,
  generatedDocs,
  fileSize,
  machineTraces,
  licences,
  supplyChain,
  advisories,
  signatures,
  synthFindings,
  templateLint,
];

/** Runs all checks at once, one line each as it ends, then the output of those that failed. */
async function main(root: string): Promise<number> {
  const results = await Promise.all(CHECKS.map((check) => runAndTell(check, root)));
  const failed = CHECKS.flatMap((check, index) => {
    const result = results[index];
    return result === undefined || result.passed ? [] : [{ check, result }];
  });
  for (const { check, result } of failed) {
    console.log(`\n--- ${check.name}\n${result.output}`);
  }
  const open = results.filter(({ notChecked }) => notChecked !== undefined).length;
  const made = open === 0 ? 'all checks passed' : `no check failed; ${open} could not be made: see ?? above`;
  console.log(failed.length === 0 ? `\n${made}` : `\n${failed.length} of ${CHECKS.length} checks failed`);
  return failed.length === 0 ? 0 : 1;
}

async function runAndTell(check: Check, root: string): Promise<CheckResult> {
  const began = performance.now();
  const result = await check.run(root).catch(
    (error: unknown): CheckResult => ({
      passed: false,
      output: `could not look: ${String(error)}`,
    }),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const said = result.notChecked === undefined ? result.note : `NOT CHECKED: ${result.notChecked}`;
  const remark = said === undefined ? '' : `  (${said})`;
  const sign = !result.passed ? 'FAIL' : result.notChecked === undefined ? 'ok  ' : '??  ';
  console.log(`${sign} ${check.name.padEnd(20)} ${seconds.padStart(5)} s${remark}`);
  return result;
}

main(join(__dirname, '..')).then((exitCode) => {
  process.exitCode = exitCode;
});
