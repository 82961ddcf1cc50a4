import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DataPlaneUnavailable } from '../errors';

/** Names the Envoy program to run instead of the one in `.venv`. */
export const ENVOY_BINARY_ENV = 'ECS_CANARY_ENVOY';

function insideVenv(venv: string): string | undefined {
  const lib = path.join(venv, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
  return pythons
    .map((python) => path.join(lib, python, 'site-packages', 'envoy', '_bin', 'envoy'))
    .find((file) => existsSync(file));
}

/** Where to look for Envoy; the first that is given wins. */
export interface EnvoySearch {
  /** Path of the program itself. */
  readonly binary?: string;
  /** Environment to read `ECS_CANARY_ENVOY` from. @default the process's own */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Python environment that `make` installs into. @default `.venv` in the current folder */
  readonly venv?: string;
}

/**
 * Path of the Envoy program.
 * @throws {DataPlaneUnavailable} when it is nowhere.
 */
export function findEnvoy(search: EnvoySearch = {}): string {
  const venv = search.venv ?? path.resolve('.venv');
  const named = search.binary ?? (search.env ?? process.env)[ENVOY_BINARY_ENV];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new DataPlaneUnavailable(
      `envoy was not found at "${named}"; correct the option or ${ENVOY_BINARY_ENV}, or leave both out to use the one in "${venv}"`,
    );
  }
  const found = insideVenv(venv);
  if (found !== undefined) return found;
  throw new DataPlaneUnavailable(
    `envoy was not found in "${venv}"; run "make setup", or name the program in ${ENVOY_BINARY_ENV}`,
  );
}
