/** Colours and weights of terminal text. */
export type Style = 'bold' | 'dim' | 'good' | 'warn' | 'bad' | 'stable' | 'canary';

/** A piece of a line: its text and how it looks. */
export type Span = readonly [text: string, style?: Style];

/** Gives text a style, or leaves it as it is where there are no colours. */
export type Paint = (text: string, style?: Style) => string;

const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  good: '32',
  warn: '33',
  bad: '31;1',
  stable: '34',
  canary: '33',
};

/** Text without any escape code. */
export const paintPlain: Paint = (text) => text;

/** Text with ANSI colours. */
export const paintColor: Paint = (text, style) =>
  style === undefined || text === '' ? text : `\u001b[${CODES[style]}m${text}\u001b[0m`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b./g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;
// Scripts and emoji that terminals draw two columns wide.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Text of unknown origin as one harmless line: no escape codes, no control characters, no line breaks. */
export function oneLine(text: string): string {
  return text.replace(ESCAPES, '').replace(CONTROLS, ' ').trim();
}

/** Text without escape codes; line breaks stay. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, '');
}

/** Columns that a terminal needs for text that holds no escape codes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/** Text cut to at most `columns`, the cut marked by an ellipsis. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) {
    return '';
  }
  return columnsOf(text) <= columns ? text : `${head(text, columns - 1)}…`;
}

function head(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) {
      break;
    }
    taken += character;
  }
  return taken;
}

/** Text cut at its start, for names whose end tells them apart. */
export function cutStart(text: string, columns: number): string {
  const characters = [...text];
  while (columnsOf(characters.join('')) > Math.max(0, columns - 1)) {
    characters.shift();
  }
  return columnsOf(text) <= columns ? text : cut(`…${characters.join('')}`, columns);
}

/** Text filled up with spaces to `columns`, at its end or at its start. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return side === 'left' ? text + gap : gap + text;
}

/** One line of spans, cut to `columns`. */
export function toLine(spans: readonly Span[], columns: number, paint: Paint): string {
  const total = spans.reduce((sum, [text]) => sum + columnsOf(text), 0);
  let left = columns;
  let line = '';
  for (const [text, style] of spans) {
    const isLastThatFits = total > columns && columnsOf(text) >= left;
    line += paint(isLastThatFits ? cut(`${text}…`, left) : text, style);
    left -= columnsOf(text);
    if (isLastThatFits) {
      break;
    }
  }
  return line;
}

/** Words folded into lines of at most `columns`; a longer word is cut into pieces. */
export function fold(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, Math.max(1, columns)))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) > columns && line !== '') {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): readonly string[] {
  const taken: string[] = [];
  let rest = word;
  while (columnsOf(rest) > columns) {
    // A character wider than the line still has to go somewhere.
    const piece = head(rest, columns) || [...rest].slice(0, 1).join('');
    taken.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === '' ? taken : [...taken, rest];
}
