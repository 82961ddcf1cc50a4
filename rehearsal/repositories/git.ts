import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** A repository that cannot be used as asked; the message says why and what to do. */
export class RepositoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RepositoryError';
  }
}

/** How a git command is run. */
export interface GitOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Author and date of every commit made here, so that the same change has the same id in every run. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Rehearsal',
  GIT_AUTHOR_EMAIL: 'rehearsal@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Rehearsal',
  GIT_COMMITTER_EMAIL: 'rehearsal@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** No hooks and no signing of the user's, no conversion of line ends, and folders of any owner. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'commit.gpgSign=false',
  'core.autocrlf=false',
  'safe.directory=*',
  'init.templateDir=',
  'protocol.file.allow=always',
  'advice.detachedHead=false',
];

/**
 * Runs git and answers its output without the last line end. The user's configuration is not read.
 * @throws RepositoryError with git's own words; or saying that git is missing.
 */
export async function git(args: readonly string[], options: GitOptions): Promise<string> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  try {
    const { stdout } = await execFileAsync('git', [...settings, ...args], {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), ...IDENTITY, ...options.env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.replace(/\n$/, '');
  } catch (error) {
    const { code, stderr, message } = error as Error & { code?: string | number; stderr?: string };
    if (code === 'ENOENT' && !(await isGitInstalled())) {
      throw new RepositoryError('git is not installed, or not in PATH; install git 2.30 or newer');
    }
    throw new RepositoryError(`git ${args[0]} failed: ${(stderr || message).trim()}`);
  }
}

/** A missing working folder gives the same error code as a missing program. */
function isGitInstalled(): Promise<boolean> {
  return execFileAsync('git', ['--version'], { env: process.env }).then(
    () => true,
    () => false,
  );
}

function cleanEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
