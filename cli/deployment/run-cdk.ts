import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Target, targetVariables } from '../environment/target';
import { ROOT } from './synthesize';

/** Deploys every stack of an assembly. @returns the exit code of the CDK's command line. */
export type RunCdk = (folder: string, target: Target, tell: (line: string) => void) => Promise<number>;

/** Lines that say nothing to a person who waits for stacks. */
const NOISE =
  /^\s*$|: (start|success|skipped): |(Building|Built|Publishing|Published) |^Stack ARN:|^arn:aws:cloudformation|Synthesis time|NodeVersionSupportWarning|^versions published|^will require node|^To continue receiving|^updates to AWS|^More information can be found|^\(Use `node|_IN_PROGRESS +\| AWS::(?!CloudFormation::Stack)/;

/** Stacks that are deployed at the same time where they do not depend on each other. */
const CONCURRENCY = '4';

/**
 * Runs the CDK's command line as it is pinned in package.json, stack after stack in the order of their dependencies.
 * The person has been asked already, so it does not ask.
 */
export const runCdk: RunCdk = async (folder, target, tell) => {
  // It remembers which account an access key belongs to; an endpoint of this machine is another account every time.
  const home = target.endpoint === null ? null : mkdtempSync(join(tmpdir(), 'canary-cdk-'));
  try {
    return await run(
      folder,
      { ...targetVariables(target, process.env), ...(home === null ? {} : { CDK_HOME: home }) },
      tell,
    );
  } finally {
    if (home !== null) {
      rmSync(home, { recursive: true, force: true });
    }
  }
};

function run(
  folder: string,
  variables: Readonly<Record<string, string>>,
  tell: (line: string) => void,
): Promise<number> {
  const args = [
    join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
    'deploy',
    '--all',
    ...['--app', folder, '--require-approval', 'never', '--progress', 'events', '--concurrency', CONCURRENCY],
    ...['--ci', '--no-notices'],
  ];
  const env = {
    ...process.env,
    ...variables,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (!NOISE.test(line)) {
          tell(`  ${line}`);
        }
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
