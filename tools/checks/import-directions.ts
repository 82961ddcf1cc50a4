import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check';
import { runProgram } from './run-program';

/** Folders whose imports have a direction. */
const FOLDERS = [
  'bin',
  'core',
  'documents',
  'adapters',
  'lambda',
  'lib',
  'cli',
  'rehearsal',
  'tools',
  'bench',
  'test',
  'microservices',
];

/** The rules of `.dependency-cruiser.cjs`. */
export const importDirections: Check = {
  name: 'import directions',
  run: (root) =>
    runProgram(root, 'depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      ...FOLDERS.filter((folder) => existsSync(join(root, folder))),
    ]),
};
