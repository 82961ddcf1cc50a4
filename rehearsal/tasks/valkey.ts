import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltImage } from '../images';
import { findValkey } from './server-binaries';
import { type ProcessSpec, TaskStartError } from './types';
import type { Mount } from './volumes';

/**
 * Prepares a task of a Valkey or Redis image: the image's own arguments, then the task's address.
 * @throws TaskStartError when the image does not start the server itself.
 */
export function prepareValkey(
  image: BuiltImage,
  env: Readonly<Record<string, string>>,
  options: { readonly venv: string; readonly taskDir: string; readonly mounts: readonly Mount[] },
): ProcessSpec {
  const [program = '', ...args] = image.command;
  if (!/(^|\/)(valkey|redis)-server$/.test(program)) {
    throw new TaskStartError(
      `CannotStartContainerError: CMD begins with "${program}"; in rehearsal it must be ["valkey-server", …]`,
    );
  }
  const port = env.VALKEY_PORT ?? '6379';
  const bind = ['--bind', env.HOST ?? '127.0.0.1', '--protected-mode', 'no'];
  // What is stored lies in the volume, where the service has one, and else ends with the task.
  const dir = options.mounts[0]?.folder ?? options.taskDir;
  return {
    argv: [findValkey(options.venv), ...args, ...bind, '--dir', dir, '--daemonize', 'no'],
    cwd: options.taskDir,
    env: { ...env, PATH: `${clientPrograms(options.taskDir)}:${env.PATH}`, VALKEY_PORT: port },
    stopSignal: 'SIGTERM',
  };
}

/** The package has the server alone; health checks ask with the client: one command, one line of answer. */
const CLIENT = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/$HOST/$VALKEY_PORT" || exit 1
printf '%s\\r\\n' "$*" >&3
IFS= read -r -t 3 answer <&3 || exit 1
answer="\${answer%$'\\r'}"
printf '%s\\n' "\${answer#[+:]}"
[[ "$answer" == [+:]* ]]
`;

function clientPrograms(taskDir: string): string {
  const folder = join(taskDir, 'programs');
  mkdirSync(folder, { recursive: true });
  for (const name of ['valkey-cli', 'redis-cli']) {
    const file = join(folder, name);
    if (existsSync(file)) continue;
    writeFileSync(file, CLIENT);
    chmodSync(file, 0o755);
  }
  return folder;
}
