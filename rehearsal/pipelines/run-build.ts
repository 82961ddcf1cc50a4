import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globToRegExp } from '../images/glob';
import { BuildShell } from './build-shell';
import type { BuildSpec, Phase } from './build-spec';
import { filesBelow } from './files';

/** What a build is run with. */
export interface BuildOptions {
  readonly spec: BuildSpec;
  /** The checked-out source; commands start here and may write here. */
  readonly sourceDir: string;
  /** Folder for what the build itself needs; removed by whoever made it. */
  readonly scratchDir: string;
  /** Where the files of the artifact go. */
  readonly artifactDir: string;
  /** Without what the buildspec sets itself. */
  readonly env: Readonly<Record<string, string>>;
  /** Wall milliseconds for the whole build. */
  readonly timeoutMillis: number;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How a build ended. */
export type BuildEnd =
  | { readonly succeeded: true; readonly files: readonly string[] }
  | {
      readonly succeeded: false;
      readonly phase: Phase | 'UPLOAD_ARTIFACTS';
      /** One sentence: the command, and how it ended. */
      readonly reason: string;
    };

/** After which phase CodeBuild goes on although it failed: post_build runs whatever came of build. */
const NEXT: Readonly<Record<Phase, { readonly good: Phase | null; readonly bad: Phase | null }>> = {
  install: { good: 'pre_build', bad: null },
  pre_build: { good: 'build', bad: null },
  build: { good: 'post_build', bad: 'post_build' },
  post_build: { good: null, bad: null },
};

/**
 * Runs a buildspec as CodeBuild does: phases in order, post_build also after a build that failed, `finally` after the
 * commands of its phase, artifacts only of a build that succeeded. One failure fails the build.
 */
export async function runBuild(options: BuildOptions): Promise<BuildEnd> {
  const { spec } = options;
  const shell = new BuildShell({
    shell: spec.env.shell,
    cwd: options.sourceDir,
    stateDir: join(options.scratchDir, 'shell'),
    env: { ...options.env, ...spec.env.variables },
    onLine: options.onLine,
    signal: options.signal,
  });
  const deadline = performance.now() + options.timeoutMillis;
  let failure: Extract<BuildEnd, { succeeded: false }> | null = null;
  let phase: Phase | null = 'install';
  while (phase !== null) {
    const reason = await runPhase(phase, { options, shell, deadline, isSucceeding: failure === null });
    if (reason !== null) {
      failure ??= { succeeded: false, phase, reason };
    }
    phase = reason === null ? NEXT[phase].good : NEXT[phase].bad;
  }
  return failure ?? collectArtifacts(options);
}

interface PhaseParts {
  readonly options: BuildOptions;
  readonly shell: BuildShell;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  readonly isSucceeding: boolean;
}

/** Why the phase failed; null when it did not. */
async function runPhase(phase: Phase, parts: PhaseParts): Promise<string | null> {
  const lists = parts.options.spec.phases[phase];
  if (lists === undefined) {
    return null;
  }
  parts.options.onLine(`[${phase}]`);
  const first = await runList(lists.commands, parts, parts.isSucceeding);
  const last = await runList(lists.finally, parts, parts.isSucceeding && first === null);
  return first ?? last;
}

async function runList(
  commands: readonly string[],
  { options, shell, deadline }: PhaseParts,
  isSucceeding: boolean,
): Promise<string | null> {
  if (commands.length === 0) {
    return null;
  }
  const variables = { CODEBUILD_BUILD_SUCCEEDING: isSucceeding ? '1' : '0' };
  const left = Math.max(1, deadline - performance.now());
  const { exitCode, timedOut, command } = await shell.run(commands, variables, left);
  const shown = command.trim().split('\n')[0] ?? '';
  if (options.signal.aborted) {
    return `"${shown}" was ended with the rehearsal`;
  }
  if (timedOut) {
    return `"${shown}" was still running when the build's ${Math.round(options.timeoutMillis / 60_000)} minutes were over`;
  }
  return exitCode === 0 ? null : `"${shown}" ended with exit code ${exitCode ?? 'none: it was killed'}`;
}

function collectArtifacts({ spec, sourceDir, artifactDir, onLine }: BuildOptions): BuildEnd {
  rmSync(artifactDir, { recursive: true, force: true });
  mkdirSync(artifactDir, { recursive: true });
  if (spec.artifacts === undefined) {
    return { succeeded: true, files: [] };
  }
  const base = join(sourceDir, spec.artifacts['base-directory'] ?? '.');
  const all = existsSync(base) ? filesBelow(base) : [];
  const files = new Set<string>();
  for (const pattern of spec.artifacts.files) {
    const matcher = globToRegExp(pattern);
    const found = all.filter((file) => matcher.test(file));
    if (found.length === 0) {
      return {
        succeeded: false,
        phase: 'UPLOAD_ARTIFACTS',
        reason: `no matching artifact for "${pattern}": the build wrote no such file`,
      };
    }
    for (const file of found) {
      files.add(file);
    }
  }
  const placed = [...files].map((file) => {
    const to = spec.artifacts?.['discard-paths'] === true ? basename(file) : file;
    mkdirSync(dirname(join(artifactDir, to)), { recursive: true });
    cpSync(join(base, file), join(artifactDir, to));
    return to;
  });
  onLine(`artifact: ${placed.join(', ')}`);
  return { succeeded: true, files: placed };
}
