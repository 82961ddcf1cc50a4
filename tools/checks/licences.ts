import { join } from 'node:path';
import { type DependencyException, LICENCE_EXCEPTIONS } from '../dependencies/exceptions';
import { type DependencyPackage, npmPackages, pythonPackages } from '../dependencies/packages';
import { type Check, fromComplaints } from './check';
import { projectFiles } from './project-files';

/** Licences that ask for no more than to be named along: SPDX ids. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'CC0-1.0',
  ],
  ...['Python-2.0', 'PSF-2.0', 'CNRI-Python', 'CC-BY-4.0', 'Unlicense'],
  // Asks for the source of changed files of its own: nothing here changes any.
  'MPL-2.0',
]);

/** How packages wrote their licence before SPDX: what each means. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'Apache License 2.0': 'Apache-2.0',
  'Apache Software License': 'Apache-2.0',
  'ASL 2': 'Apache-2.0',
  BSD: 'BSD-3-Clause',
  'BSD License': 'BSD-3-Clause',
  'MIT License': 'MIT',
  'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
};

/** Every package that a lock file or the requirements bring has a licence of the list, or an exception with its reason. */
export const licences: Check = {
  name: 'licences',
  run: async (root) => {
    const locks = (await projectFiles(root)).filter((file) => file.endsWith('package-lock.json'));
    const npm = locks.flatMap((lock) => npmPackages(root, lock));
    const python = pythonPackages(join(root, '.venv'));
    const complaints = licenceComplaints([...npm, ...(python ?? [])], LICENCE_EXCEPTIONS);
    const counted =
      python === null ? 'Python packages NOT CHECKED: run `make setup-test`' : `${python.length} of Python`;
    return fromComplaints(complaints, `${npm.length} of npm, ${counted}`);
  },
};

/** Licences that nobody allowed, and exceptions that nobody needs any more. */
export function licenceComplaints(
  packages: readonly DependencyPackage[],
  exceptions: readonly DependencyException[],
): readonly string[] {
  const isExcepted = ({ name, licence }: DependencyPackage): boolean =>
    exceptions.some((each) => each.package === name && each.what === licence);
  const refused = packages
    .filter((each) => !isAllowed(each.licence) && !isExcepted(each))
    .map(
      ({ name, version, licence }) =>
        `${name} ${version}: licence "${licence || 'not said'}"; allowed: ${[...ALLOWED].join(', ')}; replace it, or add an exception with its reason to tools/dependencies/exceptions.ts`,
    );
  const idle = exceptions
    .filter(
      (each) => each.package.startsWith('npm:') || packages.some(({ name }) => name.startsWith('python:')),
    )
    .filter((each) => !packages.some(({ name, licence }) => name === each.package && licence === each.what))
    .map((each) => `${each.package}: an exception for "${each.what}" that nothing needs; remove it`);
  return [...new Set([...refused, ...idle])];
}

/** An SPDX expression: of an OR one side is enough, of an AND all are needed. */
export function isAllowed(licence: string): boolean {
  const bare = licence.trim().replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) {
    return bare.split(' OR ').some(isAllowed);
  }
  if (bare.includes(' AND ')) {
    return bare.split(' AND ').every(isAllowed);
  }
  return ALLOWED.has(OTHER_NAMES[bare] ?? bare);
}
