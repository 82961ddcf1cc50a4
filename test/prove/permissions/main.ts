import { readFileSync, writeFileSync } from 'node:fs';
import { comparePermissions } from '../../../tools/permissions/compare';
import { EXCUSES } from '../../../tools/permissions/excuses';
import { provenGrants } from '../../../tools/permissions/proven';
import { renderComparison } from '../../../tools/permissions/render';
import { SERVICE_AUTHORIZATION } from '../../../tools/permissions/service-authorization';
import { collectEvidence, EXAMPLE_SERVICE } from './evidence';
import { PROVEN_FILE } from './proven-file';

/**
 * Prints what every role may do beside what it did; exit code 1 when they differ, or when the list of what was proven does.
 * With `--record` that list is written.
 */
async function main(args: readonly string[]): Promise<number> {
  const evidence = await collectEvidence((text) => console.error(text));
  const result = comparePermissions({
    ...evidence,
    exampleService: EXAMPLE_SERVICE,
    reference: SERVICE_AUTHORIZATION,
    excuses: EXCUSES,
  });
  console.log(renderComparison(result, evidence.names));
  const proven = `${JSON.stringify(provenGrants(result, evidence.names), null, 2)}\n`;
  if (args.includes('--record') && result.agrees) {
    writeFileSync(PROVEN_FILE, proven);
  }
  const isRecorded = readFileSync(PROVEN_FILE, 'utf8') === proven;
  if (!isRecorded) {
    console.log('FAILED  what was proven is not what is on record; run `make permissions ARGS=--record`');
  }
  return result.agrees && isRecorded ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
