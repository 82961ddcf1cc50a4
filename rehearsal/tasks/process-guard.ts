import { type ChildProcess, spawn } from 'node:child_process';

/** Ends the tasks' processes when the rehearsal itself is killed and cannot. */
export interface ProcessGuard {
  add(pid: number): void;
  remove(pid: number): void;
  /** Lets the guard go; it ends what is still added. */
  close(): void;
}

/**
 * Reads `+ PID` and `- PID` until its input ends, which is when the rehearsal has ended in whatever way; then ends
 * every group that is left.
 */
const GUARD_SCRIPT = `
groups=" "
while read -r change pid; do
  if [ "$change" = "+" ]; then groups="$groups$pid "; else groups="\${groups%% $pid *} \${groups#* $pid }"; fi
done
for pid in $groups; do kill -KILL -"$pid" 2>/dev/null; done
exit 0
`;

/** Creates the guard; its process starts with the first process to guard. */
export function createProcessGuard(): ProcessGuard {
  let guard: ChildProcess | undefined;
  const tell = (change: string) => {
    guard ??= startGuard();
    guard.stdin?.write(`${change}\n`);
  };
  return {
    add: (pid) => tell(`+ ${pid}`),
    remove: (pid) => {
      if (guard !== undefined) tell(`- ${pid}`);
    },
    close: () => {
      guard?.stdin?.end();
      guard = undefined;
    },
  };
}

function startGuard(): ChildProcess {
  // Detached: Ctrl-C in a terminal must not end the guard before its work is done.
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void })?.unref?.();
  // The guard going away must not end the rehearsal.
  guard.stdin?.on('error', () => {});
  guard.on('error', () => {});
  return guard;
}
