/** Characters of a value that are shown. */
const LONGEST = 80;
/** Characters of a path that are shown. */
const LONGEST_PATH = 300;

/**
 * A value as a person would recognise it, at most 80 characters. Takes no longer for a large or deep value than for a
 * small one, and shows no character that a terminal would obey.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const text = printable(write(value, LONGEST + 1));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

/** A path such as `health.checks[0].min`. */
export function renderPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (before, part) =>
      typeof part === 'number'
        ? `${before}[${part}]`
        : before === ''
          ? String(part)
          : `${before}.${String(part)}`,
    '',
  );
}

/** A path that may hold keys of unknown origin, as it can be shown. */
export function showPath(path: string): string {
  const text = printable(path);
  return text.length > LONGEST_PATH ? `${text.slice(0, LONGEST_PATH - 3)}...` : text;
}

/** What terminals, pages and readers obey instead of showing it: control, format and unpaired characters. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text with the characters that would be obeyed written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/**
 * Text of unknown origin within a line of ours: what would begin another line becomes a space, and what would be obeyed
 * is written out.
 */
export function withinLine(text: string): string {
  return printable(text.replace(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, ' '));
}

/** JSON up to about `room` characters. */
function write(value: unknown, room: number): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.slice(0, room));
  }
  if (typeof value === 'number' || typeof value !== 'object' || value === null) {
    // As it is: JSON has no infinity, and would show it as null.
    return String(value);
  }
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  for (const key in value) {
    if (text.length >= room) {
      return text;
    }
    const name = isList ? '' : `${JSON.stringify(key.slice(0, room))}:`;
    const member = (value as Record<string, unknown>)[key];
    text += `${text.length === 1 ? '' : ','}${name}${write(member, room - text.length - name.length)}`;
  }
  return text + (isList ? ']' : '}');
}
