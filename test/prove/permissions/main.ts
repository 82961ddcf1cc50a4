import { renderComparison } from '../../../tools/permissions/render';
import { proofOf } from './compared';
import { collectEvidence } from './evidence';

/** Prints what every role may do beside what it did; exit code 1 when they differ. */
async function main(): Promise<number> {
  const evidence = await collectEvidence((text) => console.error(text));
  const result = proofOf(evidence);
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
