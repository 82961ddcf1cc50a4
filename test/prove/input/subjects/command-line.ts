import { COMMANDS } from '../../../../cli/commands/index';
import { parseCommandLine } from '../../../../cli/parse';
import { renderProblem } from '../../../../core/errors';
import type { Pools } from '../pools';
import { ACCEPTED, complaintAbout, finding, REFUSED, type Subject, type Verdict } from '../subject';

/** `path: got …` alone: an argument has no path but itself. */
const PROBLEM = /.+: got .+; allowed: .*; .+/;

/** Command lines of `canary`, as far as its table reads them; nothing is run. */
export const commandLineSubject: Subject = {
  name: 'command line',
  format: 'event',
  examples: COMMANDS.flatMap(({ name, examples, options }) => [
    [name],
    [name, '--help'],
    ...examples.map(({ line }) => line.replace(/^canary /, '').split(' ')),
    [name, ...options.flatMap((option) => [`--${option.name}`, option.choices?.[0] ?? '5'])],
  ]),
  pools: poolsOfCommands(),
  read: (bytes) => {
    const argv: unknown = parsed(bytes);
    return Array.isArray(argv) ? readArguments(argv.map((each) => textOf(each))) : REFUSED;
  },
};

function readArguments(argv: readonly string[]): Verdict {
  // A program's arguments end at their first NUL.
  const passed = argv.map((each) => each.split('\0')[0] ?? '');
  const result = parseCommandLine(passed, COMMANDS, '0.0.0');
  if (result.kind !== 'run') {
    return result.text.trim() === '' ? finding('says nothing') : REFUSED;
  }
  if (result.problems.length === 0) {
    return ACCEPTED;
  }
  const complaint = complaintAbout(result.problems.slice(0, 20).map(renderProblem), PROBLEM);
  return complaint === null ? REFUSED : finding(complaint);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'object' ? '[]' : String(value);
}

function poolsOfCommands(): Pools {
  const flags = COMMANDS.flatMap(({ options }) => options.map(({ name }) => `--${name}`));
  const words = [
    ...COMMANDS.map(({ name }) => name),
    ...flags,
    '--',
    '-',
    '-h',
    '--version',
    '--json=1',
    '--out=',
    '--toString',
  ];
  return { numbers: ['0', '1', '65535', '65536', '-1', '1e400', '0.5'], words, keys: [] };
}
