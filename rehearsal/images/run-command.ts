import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command of a build, to be run on the host. */
export interface BuildCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMillis: number;
  readonly onLine: (line: string) => void;
  /** Ends the command at once. */
  readonly signal?: AbortSignal | undefined;
}

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Last lines of both outputs. */
  readonly lastLines: readonly string[];
}

const KEPT_LINES = 25;

/** Programs that change the system or its users: in a container they are harmless, here they do nothing. */
const SYSTEM_PROGRAMS = [
  'adduser',
  'addgroup',
  'useradd',
  'groupadd',
  'usermod',
  'deluser',
  'apk',
  'apt',
  'apt-get',
  'dpkg',
  'yum',
  'dnf',
  'microdnf',
  'chown',
  'chgrp',
  'setcap',
  'ldconfig',
  'update-ca-certificates',
  'corepack',
  'su',
  'sudo',
  'mount',
  'sysctl',
  'systemctl',
  'service',
  'shutdown',
  'reboot',
];

/** Runs a command in a process group of its own and waits for all of it. Rejects when it cannot be started. */
export function runBuildCommand(command: BuildCommand): Promise<CommandResult> {
  const [program = '', ...args] = command.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lastLines: string[] = [];
    let pending = '';
    const take = (chunk: Buffer) => {
      const lines = (pending + chunk.toString()).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) keep(line);
    };
    const keep = (line: string) => {
      command.onLine(line);
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, command.timeoutMillis);
    const onAbort = () => killGroup(child.pid);
    command.signal?.addEventListener('abort', onAbort);
    if (command.signal?.aborted) onAbort();
    const settle = () => {
      clearTimeout(timer);
      command.signal?.removeEventListener('abort', onAbort);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('exit', () => killGroup(child.pid));
    child.on('close', (exitCode) => {
      settle();
      if (pending !== '') keep(pending);
      resolve({ exitCode, timedOut, lastLines });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** Makes the folder of harmless stand-ins for system programs, once, and answers its path. */
export function ensureSystemProgramStandIns(cacheDir: string): string {
  const dir = join(cacheDir, 'system-programs');
  if (existsSync(join(dir, '.complete'))) return dir;
  mkdirSync(dir, { recursive: true });
  for (const name of SYSTEM_PROGRAMS) {
    const file = join(dir, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*: skipped, this is no container" >&2\n`);
    chmodSync(file, 0o755);
  }
  writeFileSync(join(dir, '.complete'), '');
  return dir;
}

const NEVER_PASSED = /^(AWS_|GIT_|npm_lifecycle|npm_package|npm_config_local_prefix|npm_command|JEST_)/;
const SECRET = /TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE_KEY|API_?KEY|ACCESS_KEY|AUTH|_PAT$/i;

/** The host's environment for a build: without credentials and without what describes the running process. */
export function buildEnvironment(hostEnv: NodeJS.ProcessEnv): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(hostEnv)) {
    const isOwn = name === 'NODE_ENV' || name === 'NODE_OPTIONS' || name === 'INIT_CWD' || name === 'PWD';
    if (value !== undefined && !isOwn && !NEVER_PASSED.test(name) && !SECRET.test(name)) passed[name] = value;
  }
  return passed;
}
