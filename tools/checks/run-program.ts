import { execFile } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { Check, CheckResult } from './check';

/** A check that is an installed program: it fails as the program does, with what that printed. */
export function programCheck(name: string, program: string, args: readonly string[]): Check {
  return { name, run: (root) => runProgram(root, program, args) };
}

/** Runs `node_modules/.bin/<program>`, or a program named by its whole path, in `root`. */
export function runProgram(root: string, program: string, args: readonly string[]): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    execFile(
      resolvePath(root, 'node_modules/.bin', program),
      args,
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') {
          reject(
            new Error(`"${program}" did not run: ${error.message}; run \`make setup\``, { cause: error }),
          );
          return;
        }
        resolve({ passed: error === null, output: `${stdout}${stderr}`.trim() });
      },
    );
  });
}
