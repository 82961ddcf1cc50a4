import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBuildCommand } from '../images/run-command';

/** How a list of commands ended. */
export interface CommandsResult {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The command that was running last. */
  readonly command: string;
}

/** What a build's shell works with. */
export interface BuildShellOptions {
  readonly shell: 'bash' | 'sh' | '/bin/sh';
  /** Folder in which the first command starts. */
  readonly cwd: string;
  /** Folder for what is handed on from one list of commands to the next. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Set by the shell itself; some of them cannot be set again. */
const OWN_VARIABLES =
  'BASH[A-Z_]*|SHELLOPTS|EUID|PPID|UID|GROUPS|FUNCNAME|DIRSTACK|PIPESTATUS|_|PWD|OLDPWD|SHLVL|OPTIND|LINENO|RANDOM|SECONDS';

/**
 * A build's shell: as in CodeBuild's version 0.2, all commands run in one, so that variables, functions and the current
 * folder live on. A list of commands is one process; a file hands its state on, for a command may end its shell.
 */
export class BuildShell {
  private started = 0;

  constructor(private readonly options: BuildShellOptions) {
    mkdirSync(options.stateDir, { recursive: true });
    writeFileSync(join(options.stateDir, 'state'), '');
    writeFileSync(join(options.stateDir, 'cwd'), options.cwd);
  }

  /** Runs commands one after the other until one fails, with `variables` set anew. */
  async run(
    commands: readonly string[],
    variables: Readonly<Record<string, string>>,
    timeoutMillis: number,
  ): Promise<CommandsResult> {
    const { stateDir, shell, env, onLine, signal } = this.options;
    this.started += 1;
    const list = join(stateDir, `list-${this.started}`);
    mkdirSync(list);
    for (const [index, command] of commands.entries()) {
      writeFileSync(join(list, `${index}`), `${command}\n`);
    }
    const script = join(list, 'script');
    writeFileSync(script, this.script(list, commands.length, variables));
    const result = await runBuildCommand({
      argv: [shell, script],
      cwd: readFileSync(join(stateDir, 'cwd'), 'utf8').trim(),
      env,
      timeoutMillis,
      onLine,
      signal,
    });
    const at = Number(readFileSync(join(list, 'at'), 'utf8'));
    return { exitCode: result.exitCode, timedOut: result.timedOut, command: commands[at] ?? '' };
  }

  private script(list: string, count: number, variables: Readonly<Record<string, string>>): string {
    const state = quote(join(this.options.stateDir, 'state'));
    const isBash = this.options.shell === 'bash';
    const save = isBash
      ? `{ declare -p | grep -vE '^declare -[a-zA-Z-]*r|^declare -[a-zA-Z-]+ (${OWN_VARIABLES})(=|$)'; declare -f; }`
      : `{ export -p | grep -vE '^export (${OWN_VARIABLES})(=|$)'; set | grep -vE '^(${OWN_VARIABLES})='; }`;
    const onEnd = `__status=$?; ${save} > ${state} 2> /dev/null; pwd > ${quote(join(this.options.stateDir, 'cwd'))}; exit $__status`;
    const lines = [
      `. ${state} > /dev/null 2>&1`,
      // After the state, which holds their earlier values.
      ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
      `trap ${quote(onEnd)} EXIT`,
    ];
    for (let index = 0; index < count; index += 1) {
      const file = quote(join(list, `${index}`));
      lines.push(
        `echo ${index} > ${quote(join(list, 'at'))}`,
        `sed '1s/^/$ /;2,$s/^/  /' ${file}`,
        `. ${file}`,
        '__status=$?; [ "$__status" -eq 0 ] || exit "$__status"',
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
