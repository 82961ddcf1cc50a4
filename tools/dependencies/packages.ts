import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that something here is made with. */
export interface DependencyPackage {
  /** `npm:` or `python:` and its name. */
  readonly name: string;
  readonly version: string;
  /** As the package writes it; empty when it does not say. */
  readonly licence: string;
}

/** One entry of a lock file of npm's. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Also those for machines of other kinds. */
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The entries of a lock file by their folder; without the project itself. */
export function lockedPackages(root: string, lockFile: string): ReadonlyMap<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(join(root, lockFile), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return new Map(Object.entries(packages).filter(([folder, { link }]) => folder !== '' && link !== true));
}

/** What the lock file names, each with the licence of its own package.json; that of the lock where it is not installed. */
export function npmPackages(root: string, lockFile: string): readonly DependencyPackage[] {
  return [...lockedPackages(root, lockFile)].map(([folder, locked]) => {
    const file = join(root, folder, 'package.json');
    const own = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly license?: unknown })
      : {};
    return {
      name: `npm:${folder.replace(/^.*node_modules\//, '')}`,
      version: locked.version ?? '',
      licence: licenceText(own.license) || (locked.license ?? ''),
    };
  });
}

/** Old packages write `{ "type": "MIT" }`. */
function licenceText(licence: unknown): string {
  return typeof licence === 'string'
    ? licence
    : String((licence as { type?: unknown } | undefined)?.type ?? '');
}

/** What the requirements brought into the virtual environment, by their own metadata; null without one. */
export function pythonPackages(venv: string): readonly DependencyPackage[] | null {
  const folders = sitePackages(venv);
  return folders.length === 0
    ? null
    : folders.flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.dist-info') && existsSync(join(folder, name, 'METADATA')))
          .map((name) => pythonPackage(readFileSync(join(folder, name, 'METADATA'), 'utf8'))),
      );
}

function sitePackages(venv: string): readonly string[] {
  const lib = join(venv, 'lib');
  const versions = existsSync(lib) ? readdirSync(lib) : [];
  return versions
    .map((version) => join(lib, version, 'site-packages'))
    .filter((folder) => existsSync(folder));
}

/** The headers of a METADATA file: newer ones say an SPDX expression, older ones a text, or a classifier. */
export function pythonPackage(metadata: string): DependencyPackage {
  const headers = metadata.split('\n\n')[0]?.split('\n') ?? [];
  const all = (name: string): readonly string[] =>
    headers.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2).trim());
  const classifiers = all('Classifier')
    .filter((line) => line.startsWith('License :: '))
    .map((line) => line.replace(/^.*:: /, ''));
  const [expression = ''] = all('License-Expression');
  const [text = ''] = all('License');
  const written = expression || (text.length <= 80 && text !== 'Dual License' ? text : '');
  return {
    name: `python:${(all('Name')[0] ?? '').toLowerCase()}`,
    version: all('Version')[0] ?? '',
    licence: written || classifiers.join(' OR '),
  };
}
