import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type CheckResult, fromComplaints } from './check';
import { runProgram } from './run-program';

/** Installed by `make setup-test` from requirements-test.txt. */
const PROGRAM = '.venv/bin/cfn-lint';
/** What `make setup-test` leaves when it is done. */
const INSTALLED = '.venv/.test';

/** cfn-lint, a reader of templates that is not the CDK's, finds nothing in what `make synth` wrote last. */
export const templateLint: Check = {
  name: 'template lint',
  run: async (root) => {
    if (!existsSync(join(root, 'cdk.out/manifest.json'))) {
      return { passed: true, note: 'nothing synthesized yet', output: '' };
    }
    if (!existsSync(join(root, PROGRAM))) {
      return whyMissing(root);
    }
    return runProgram(root, join(root, PROGRAM), ['--format', 'parseable']);
  },
};

/** Before the test tools are installed that is no fault; afterwards it is. */
function whyMissing(root: string): CheckResult {
  return fromComplaints(
    existsSync(join(root, INSTALLED))
      ? [`no ${PROGRAM}, though ${INSTALLED} says that the test tools are there; run \`make setup-test\``]
      : [],
    'cfn-lint is not installed: make setup-test',
  );
}
