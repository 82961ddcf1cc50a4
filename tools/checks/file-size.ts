import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, fromComplaints } from './check';
import { projectFiles } from './project-files';

/** Lines that a source file may have; of the tests, nine in ten keep to it. */
export const LINE_CAP = 400;

/** Source files are short enough to be read in one go. */
export const fileSize: Check = {
  name: 'file size',
  run: async (root) => {
    const sources = (await projectFiles(root)).filter((file) => /\.(ts|js|mjs|cjs)$/.test(file));
    const sizes = sources.map((file) => ({ file, lines: countLines(join(root, file)) }));
    return fromComplaints(complaintsAbout(sizes), `${sources.length} files`);
  },
};

/** Sources above the cap, and tests above it once they are more than a tenth of all tests. */
export function complaintsAbout(
  sizes: readonly { readonly file: string; readonly lines: number }[],
): string[] {
  const isTest = (file: string): boolean => file.startsWith('test/');
  const above = sizes.filter(({ lines }) => lines > LINE_CAP);
  const tests = above.filter(({ file }) => isTest(file));
  const mayBeLong = sizes.filter(({ file }) => isTest(file)).length / 10;
  return [...above.filter(({ file }) => !isTest(file)), ...(tests.length > mayBeLong ? tests : [])].map(
    ({ file, lines }) => `${file}: ${lines} lines; at most ${LINE_CAP} are allowed; split it by what it does`,
  );
}

function countLines(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}
