import { Command, CommanderError } from 'commander';
import { describeValue } from '../core/config/problems';
import type { Problem } from '../core/errors';
import { type CommandArguments, type CommandSpec, EXIT_CODES, type OptionSpec } from './command';

/** What a command line asks for. */
export type Parsed =
  | {
      readonly kind: 'run';
      readonly command: CommandSpec;
      readonly args: CommandArguments;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'usage'; readonly text: string };

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Reads a command line (without `node` and the script) by the command table; every problem at once. */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly CommandSpec[],
  version: string,
): Parsed {
  let parsed: Parsed | null = null;
  const texts: string[] = [];
  const program = new Command('canary')
    .description('Canary rollouts for Amazon ECS, rehearsed on a laptop')
    .version(version)
    .helpCommand(false);
  const write = (text: string): void => void texts.push(text);
  for (const command of commands) {
    const sub = toCommander(command);
    sub.action(() => {
      parsed = readArguments(command, sub);
    });
    program.addCommand(sub);
  }
  for (const each of [program, ...program.commands]) {
    each.configureHelp({ optionTerm: (option) => option.flags.replace(/\[(.+)\]/, '$1') });
    each.exitOverride().configureOutput({ writeOut: write, writeErr: write });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    const isAsked = error.exitCode === 0;
    return { kind: isAsked ? 'help' : 'usage', text: texts.join('').trimEnd() };
  }
  return parsed ?? { kind: 'usage', text: program.helpInformation().trimEnd() };
}

/** Every value is optional for commander, so that a missing one is one problem among the others. */
function toCommander(spec: CommandSpec): Command {
  const command = new Command(spec.name)
    .description(spec.summary)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', helpAfter(spec));
  if (spec.argument !== undefined) {
    command.argument(`[${spec.argument.name}]`, meaningOf(spec.argument));
  }
  for (const option of spec.options) {
    const flags = option.value === undefined ? `--${option.name}` : `--${option.name} [${option.value}]`;
    command.option(flags, meaningOf(option));
  }
  return command;
}

function meaningOf(spec: Pick<OptionSpec, 'meaning' | 'choices' | 'default'>): string {
  const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`;
  return `${spec.meaning}${choices}${spec.default === undefined ? '' : ` (default: ${spec.default})`}`;
}

function helpAfter(spec: CommandSpec): string {
  const examples = spec.examples.map(({ line, meaning }) => `  ${line}\n      ${meaning}`);
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`);
  return `\nExamples:\n${examples.join('\n')}\n\nExit codes:\n${codes.join('\n')}`;
}

function readArguments(spec: CommandSpec, command: Command): Parsed {
  const values = Object.fromEntries(
    spec.options.map((option) => [option.name, command.getOptionValue(camelCase(option.name))]),
  ) as Values;
  const [operands, unknown] = divide(command.args);
  const positional = spec.argument === undefined ? [] : operands.slice(0, 1);
  const problems = [
    ...unknown.map((option) => unknownOption(option, spec)),
    ...operands.slice(positional.length).map(tooMany),
    ...argumentProblems(spec, positional[0]),
    ...spec.options.flatMap((option) => optionProblems(option, values[option.name])),
  ];
  return { kind: 'run', command: spec, args: createArguments(spec, positional[0], values), problems };
}

function createArguments(spec: CommandSpec, given: string | undefined, values: Values): CommandArguments {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : spec.options.find((option) => option.name === name)?.default;
  };
  return {
    argument: given ?? spec.argument?.default,
    text,
    number: (name) => {
      const value = text(name);
      return value === undefined ? undefined : Number(value);
    },
    flag: (name) => values[name] === true,
  };
}

function divide(args: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isOption = (arg: string): boolean => arg.startsWith('-') && arg !== '-';
  return [args.filter((arg) => !isOption(arg)), args.filter(isOption)];
}

function unknownOption(option: string, spec: CommandSpec): Problem {
  const known = spec.options.map(({ name }) => `--${name}`).join(', ');
  return {
    path: option.replace(/=.*/, ''),
    received: 'an option that this command does not have',
    allowed: known,
    todo: `remove it, or see \`canary ${spec.name} --help\``,
  };
}

function tooMany(operand: string): Problem {
  return {
    path: operand,
    received: 'an argument too many',
    allowed: 'what the help shows',
    todo: 'remove it, or write the option that it belongs to',
  };
}

function argumentProblems(spec: CommandSpec, given: string | undefined): readonly Problem[] {
  const { argument } = spec;
  if (argument === undefined || (given === undefined && argument.default !== undefined)) {
    return [];
  }
  const isKnown = given !== undefined && (argument.choices?.includes(given) ?? true);
  return isKnown
    ? []
    : [
        {
          path: argument.name,
          received: describeValue(given),
          allowed: argument.choices?.join(', ') ?? argument.meaning,
          todo: given === undefined ? 'add it' : 'use one of these',
        },
      ];
}

function optionProblems(option: OptionSpec, given: string | boolean | undefined): readonly Problem[] {
  const path = `--${option.name}`;
  if (given === undefined || option.value === undefined) {
    return [];
  }
  if (typeof given !== 'string' || given === '') {
    return [{ path, received: 'no value', allowed: option.value, todo: `write ${path} ${option.value}` }];
  }
  if (option.choices !== undefined && !option.choices.includes(given)) {
    return [
      { path, received: describeValue(given), allowed: option.choices.join(', '), todo: 'use one of these' },
    ];
  }
  return option.number === undefined || isWithin(Number(given), option.number)
    ? []
    : [{ path, received: describeValue(given), allowed: rangeText(option.number), todo: 'correct it' }];
}

function isWithin(value: number, { min, max, whole }: NonNullable<OptionSpec['number']>): boolean {
  return value >= min && value <= max && (whole !== true || Number.isInteger(value));
}

/** `a whole number from 1 to 65535`. */
export function rangeText({ min, max, whole }: NonNullable<OptionSpec['number']>): string {
  return `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
