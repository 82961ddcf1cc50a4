import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ProcessGuard } from './process-guard';
import type { ProcessSpec } from './types';

/** A started process and all that it starts. */
export interface ProcessGroup {
  /** Resolves with the exit code when the process has ended and its output is read; 128 + n for signal n. */
  readonly exited: Promise<number>;
  /** Sends a signal to the process itself, as a container engine does. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the whole group at once. */
  kill(): void;
}

const LONGEST_LINE = 4000;

/**
 * Starts a process in a group of its own. When the process ends, the rest of its group is ended as well, as it would
 * be in a container.
 * @throws Error (as a rejection) when the program cannot be started.
 */
export async function startProcessGroup(
  spec: ProcessSpec,
  guard: ProcessGuard,
  onLine: (line: string) => void,
): Promise<ProcessGroup> {
  const [program = '', ...args] = spec.argv;
  const child = spawn(program, args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...spec.identity,
  });
  const exited = watch(child, guard, onLine);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid as number;
  guard.add(pid);
  return {
    exited,
    signal: (signal) => void child.kill(signal),
    kill: () => {
      if (spec.abortSignal !== undefined) child.kill(spec.abortSignal);
      else killGroup(pid);
    },
  };
}

function watch(child: ChildProcess, guard: ProcessGuard, onLine: (line: string) => void): Promise<number> {
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  return new Promise((resolve) => {
    child.on('exit', () => {
      if (child.pid === undefined) return;
      killGroup(child.pid);
      guard.remove(child.pid);
    });
    child.on('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let pending = '';
  stream?.on('data', (chunk: Buffer) => {
    const lines = (pending + chunk.toString()).split('\n');
    pending = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE));
  });
  stream?.on('end', () => {
    if (pending !== '') onLine(pending);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
