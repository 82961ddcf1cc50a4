import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../core/config/describe-value';
import { InvalidInput, type Problem, renderProblem } from '../core/errors';
import { type FileProblem, renderFileProblem } from '../documents/file-problem';
import { type CommandSpec, EXIT_CODES, type Output } from './command';
import { COMMANDS } from './commands/index';
import { parseCommandLine } from './parse';

const STANDARD_OUTPUT: Output = {
  print: (line) => process.stdout.write(`${lines(line)}\n`),
  tell: (line) => process.stderr.write(`${lines(line)}\n`),
};

/** Reasons and file names are anybody's, and a terminal obeys what it is sent: only line breaks stay what they are. */
function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Runs a command line (without `node` and the script). @returns the process's exit code. */
export async function main(
  argv: readonly string[],
  output: Output = STANDARD_OUTPUT,
  commands: readonly CommandSpec[] = COMMANDS,
): Promise<number> {
  const parsed = parseCommandLine(argv, commands, packageVersion());
  if (parsed.kind === 'help') {
    output.print(parsed.text);
    return EXIT_CODES.done.code;
  }
  if (parsed.kind === 'usage') {
    output.tell(parsed.text);
    return EXIT_CODES.refused.code;
  }
  const { command, args, problems } = parsed;
  try {
    const all = [...problems, ...((await command.check?.(args)) ?? [])];
    return all.length > 0 ? refuse(command, all, output) : await command.run(args, output);
  } catch (error) {
    return report(error, output);
  }
}

function refuse(command: CommandSpec, problems: readonly (Problem | FileProblem)[], output: Output): number {
  output.tell(`canary ${command.name} was refused, nothing was started:`);
  for (const problem of problems) {
    output.tell(`  ${'file' in problem ? renderFileProblem(problem) : renderProblem(problem)}`);
  }
  output.tell(`see \`canary ${command.name} --help\``);
  return EXIT_CODES.refused.code;
}

function report(error: unknown, output: Output): number {
  output.tell(error instanceof Error ? error.message : String(error));
  return error instanceof InvalidInput ? EXIT_CODES.refused.code : EXIT_CODES.failed.code;
}

function packageVersion(): string {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
