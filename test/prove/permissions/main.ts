import { comparePermissions } from '../../../tools/permissions/compare';
import { EXCUSES } from '../../../tools/permissions/excuses';
import { renderComparison } from '../../../tools/permissions/render';
import { SERVICE_AUTHORIZATION } from '../../../tools/permissions/service-authorization';
import { collectEvidence, EXAMPLE_SERVICE } from './evidence';

/** Prints what every role may do beside what it did; exit code 1 when they differ. */
async function main(): Promise<number> {
  const evidence = await collectEvidence((text) => console.error(text));
  const result = comparePermissions({
    ...evidence,
    exampleService: EXAMPLE_SERVICE,
    reference: SERVICE_AUTHORIZATION,
    excuses: EXCUSES,
  });
  console.log(renderComparison(result, evidence.names));
  return result.agrees ? 0 : 1;
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
