import { StandInError } from './stand-in-error';

type Kind = 'value' | 'flag' | 'ignored' | 'ignored-value';

/** A command line taken apart: values by long name, in their order, and what is no option. */
export interface ParsedOptions {
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
}

/**
 * Takes a command line of `docker` or `aws` apart.
 * @throws {StandInError} for an option that is not rehearsed.
 */
export function parseOptions(
  command: string,
  argv: readonly string[],
  known: Readonly<Record<string, Kind>>,
  short: Readonly<Record<string, string>> = {},
): ParsedOptions {
  const options: Record<string, string[]> = {};
  const rest: string[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    const [written = '', ...after] = word.split('=');
    const name = written.startsWith('--') ? written.slice(2) : (short[written.slice(1)] ?? '');
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      const all = Object.keys(known).map((one) => `--${one}`);
      throw new StandInError(
        `${command}: option "${word}" is not rehearsed; known are ${all.join(', ')}`,
        125,
      );
    }
    const takesValue = kind === 'value' || kind === 'ignored-value';
    const value = after.length > 0 ? after.join('=') : takesValue ? (words.shift() ?? '') : '';
    options[name] = [...(options[name] ?? []), value];
  }
  return { options, rest };
}
