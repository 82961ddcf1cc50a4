import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ProcessIdentity } from './types';

/** The user `nobody`, for servers that refuse to run as root; undefined when we are not root. */
export function unprivilegedIdentity(): ProcessIdentity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = existsSync('/etc/passwd')
    ? readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((line) => line.split(':'))
        .find(([name]) => name === 'nobody')
    : undefined;
  return { uid: Number(entry?.[2] ?? 65_534), gid: Number(entry?.[3] ?? 65_534) };
}

/** Makes a folder, owned by `identity` when there is one. */
export function makeFolder(path: string, identity: ProcessIdentity | undefined): string {
  mkdirSync(path, { recursive: true });
  if (identity !== undefined) chownSync(path, identity.uid, identity.gid);
  return path;
}

/**
 * A folder that `identity` can reach: `preferred`, or one in the temporary folder when some folder above `preferred`
 * is closed to other users.
 */
export function reachableFolder(preferred: string, identity: ProcessIdentity | undefined): string {
  if (identity === undefined || isOpenToAll(resolve(preferred))) return preferred;
  return join(tmpdir(), `ecs-canary-${userInfo().username}`);
}

/** Whether every folder from the root down to `path`, as far as it exists, lets other users through. */
export function isOpenToAll(path: string): boolean {
  const above = dirname(path) === path || isOpenToAll(dirname(path));
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return above && (stats === undefined || !stats.isDirectory() || (stats.mode & 0o001) !== 0);
}
