import type { Problem } from '../core/errors';
import type { FileProblem } from '../documents/file-problem';

/** Exit codes of every command; `docs/reference/cli.md` is made from this table. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done: nothing is wrong, every expectation was met' },
  failed: { code: 1, meaning: 'it ran and failed: an expectation was not met, or something broke' },
  refused: { code: 2, meaning: 'bad input or usage: nothing was started, every problem has been listed' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C): everything that was started has been ended' },
} as const;

/** An option of a command, `--name` or `--name VALUE`. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** What the help calls the value; left out for a switch. */
  readonly value?: string;
  readonly meaning: string;
  readonly choices?: readonly string[];
  /** The value is a number within these limits. */
  readonly number?: { readonly min: number; readonly max: number; readonly whole?: boolean };
  /** Used when the option is not given. */
  readonly default?: string;
}

/** The one argument that a command may take. */
export interface ArgumentSpec {
  readonly name: string;
  readonly meaning: string;
  readonly choices?: readonly string[];
  /** Left out for an argument that must be given. */
  readonly default?: string;
}

/** What was given on the command line, checked against the command's table. */
export interface CommandArguments {
  readonly argument: string | undefined;
  /** The option's text, or its default. */
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean;
}

/** Where a command writes. */
export interface Output {
  /** What was asked for. */
  print(line: string): void;
  /** Remarks for the person, beside the result. */
  tell(line: string): void;
}

/** One verb. The parser, the help and the reference page all come from this. */
export interface CommandSpec {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Paragraphs for the reference page. */
  readonly description: string;
  readonly argument?: ArgumentSpec;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
  /** Contradictions and unreadable files that the table alone cannot find. */
  check?(args: CommandArguments): Promise<readonly (Problem | FileProblem)[]>;
  /** Does the work and returns the exit code. Runs only when nothing was found wrong. */
  run(args: CommandArguments, output: Output): Promise<number>;
}
