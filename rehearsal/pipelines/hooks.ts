import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceRepository } from '../repositories';
import type { Door } from './door';

const HOOKS = ['pre-receive', 'post-receive'] as const;

/**
 * Lets a repository tell of its pushes. The branch that is released cannot be deleted, as CodeCommit's default branch
 * cannot. Somebody's own repository, which is only read, has no hooks.
 */
export function writeHooks(repository: ServiceRepository, name: string, door: Door): void {
  if (!repository.isRemote) {
    return;
  }
  const notify = `${door.command('push')} '${name}'`;
  const refusal = 'deletion of main refused: it is the branch that is released';
  writeHook(
    repository,
    'pre-receive',
    `while read -r before after ref; do
  case "$after" in
    *[!0]*) ;;
    *)
      if [ "$ref" = refs/heads/main ]; then
        echo '${refusal}' >&2
        ${notify} '${refusal}' < /dev/null
        exit 1
      fi
      ;;
  esac
done`,
  );
  writeHook(repository, 'post-receive', `exec ${notify}`);
}

/** Takes the hooks away: a push to a repository that outlives its rehearsal starts nothing. */
export function removeHooks(repository: ServiceRepository): void {
  if (repository.isRemote) {
    for (const hook of HOOKS) {
      rmSync(join(repository.dir, 'hooks', hook), { force: true });
    }
  }
}

function writeHook({ dir }: ServiceRepository, hook: (typeof HOOKS)[number], script: string): void {
  mkdirSync(join(dir, 'hooks'), { recursive: true });
  const file = join(dir, 'hooks', hook);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  // It holds the way to the door: nobody else's to read.
  chmodSync(file, 0o700);
}
