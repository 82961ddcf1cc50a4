import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../rehearsal/functions/package-root';

/** `canary rehearse` as a process of its own, leading a process group as one started at a terminal does. */
export class ChildRehearsal {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | string>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const root = packageRoot();
    const argv = ['--import', 'tsx', join(root, 'bin/canary.ts'), 'rehearse', ...args];
    this.child = spawn(process.execPath, argv, {
      cwd: root,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal);
  }

  /** Resolves when the text has been written; rejects when the process ends without it. */
  async says(text: string): Promise<void> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    while (!this.output.includes(text)) {
      if (isOver) {
        throw new Error(`the rehearsal ended without "${text}":\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ctrl-C at a terminal: the whole group hears it. */
  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), 'SIGINT');
  }

  /** Ends it as the system does when memory runs out: it hears nothing and cleans nothing up. Again does nothing. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Exit code, or the signal that ended it. */
  exit(): Promise<number | string> {
    return this.ended;
  }
}

/** Command lines of the processes that know this folder: by their arguments or their environment. Linux only. */
export function processesOf(folder: string): readonly string[] {
  return processesIn(folder).map(({ command }) => command);
}

/** Process id of the Envoy whose configuration lies in this folder; undefined while there is none. Linux only. */
export function envoyOf(folder: string): number | undefined {
  return processesIn(folder).find(({ command }) => /envoy.*bootstrap\.json/.test(command))?.pid;
}

function processesIn(folder: string): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return `${command}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(folder)
          ? [{ pid: Number(pid), command }]
          : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
