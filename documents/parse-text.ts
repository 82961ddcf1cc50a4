import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** How a document is written. */
export type Format = 'json' | 'yaml';

/** Where something stands in a text. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1; left out when only the line is known. */
  readonly column?: number;
}

/** A mistake in the writing itself. */
export interface SyntaxMistake extends Place {
  readonly message: string;
}

/** A document as read: its value, or its mistakes, and where each part of it stands. */
export interface ParsedText {
  readonly value: unknown;
  /** Not empty: `value` must not be used. */
  readonly mistakes: readonly SyntaxMistake[];
  /** Place of the deepest part of a path such as `health.checks[0].min` that the text has. */
  placeOf(path: string): Place;
}

/** Reads JSON or YAML. Keys written twice are mistakes in both. */
export function parseText(text: string, format: Format): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, strict: true, lineCounter: lines });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const found = [...document.errors, ...document.warnings].map((each) => ({
    code: each.code,
    ...placeAt(each.pos[0]),
    message: firstLine(each.message),
  }));
  const placeOf = (path: string): Place => placeAt(offsetOf(document, path));
  if (format === 'json') {
    // What JSON allows and YAML does not (tabs that indent, long keys) is no mistake; a key written twice is one.
    const { value, mistake } = readJson(text, placeAt);
    const twice = found.filter(({ code }) => code === 'DUPLICATE_KEY');
    return { value, mistakes: mistake === null ? twice : found.length > 0 ? found : [mistake], placeOf };
  }
  return found.length > 0
    ? { value: undefined, mistakes: found, placeOf }
    : { ...readYaml(document), placeOf };
}

function readYaml(document: Document): Pick<ParsedText, 'value' | 'mistakes'> {
  try {
    return { value: document.toJS(), mistakes: [] };
  } catch (error) {
    // Aliases without anchor, or so many that the document would grow beyond measure.
    return { value: undefined, mistakes: [{ line: 1, message: firstLine((error as Error).message) }] };
  }
}

function readJson(
  text: string,
  placeAt: (offset: number) => Place,
): { readonly value: unknown; readonly mistake: SyntaxMistake | null } {
  try {
    return { value: JSON.parse(text), mistake: null };
  } catch (error) {
    const line = lineThatBreaks(text) ?? placeAt(text.trimEnd().length).line;
    return { value: undefined, mistake: { line, message: firstLine((error as Error).message) } };
  }
}

/** The first line up to which the text can be no beginning of JSON; the parser does not always say. */
function lineThatBreaks(text: string): number | null {
  const lines = text.split(/(?<=\n)/);
  let start = '';
  for (const [index, line] of lines.entries()) {
    start += line;
    try {
      JSON.parse(start);
    } catch (error) {
      const { message } = error as Error;
      const position = /at position (\d+)/.exec(message)?.[1];
      const isUnfinished = /end of JSON input/.test(message) || Number(position) >= start.length;
      if (!isUnfinished) {
        return index + 1;
      }
    }
  }
  return null;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? message;
}

/** Offset of the key or entry that a path ends at; of its closest ancestor when it is not there. */
function offsetOf(document: Document, path: string): number {
  let node: unknown = document.contents;
  let offset = 0;
  let rest = path;
  while (rest !== '') {
    const step = isMap(node) ? memberOf(node.items, rest) : isSeq(node) ? entryOf(node.items, rest) : null;
    if (step === null) {
      return offset;
    }
    ({ node, offset, rest } = step);
  }
  return offset;
}

interface Step {
  readonly node: unknown;
  readonly offset: number;
  readonly rest: string;
}

/** The member whose key begins the path; the longest, for keys may hold dots. */
function memberOf(
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: string,
): Step | null {
  const candidates = items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const rest = path.slice(name.length);
    const isMatch = name !== '' && path.startsWith(name) && (rest === '' || /^[.[]/.test(rest));
    return isMatch ? [{ node: value, offset: startOf(key), rest: rest.replace(/^\./, '') }] : [];
  });
  return candidates.sort((a, b) => a.rest.length - b.rest.length)[0] ?? null;
}

function entryOf(items: readonly unknown[], path: string): Step | null {
  const [whole, index] = /^\[(\d+)\]\.?/.exec(path) ?? [];
  const node = index === undefined ? undefined : items[Number(index)];
  return whole === undefined || node === undefined
    ? null
    : { node, offset: startOf(node), rest: path.slice(whole.length) };
}

function startOf(node: unknown): number {
  return (node as { readonly range?: readonly number[] | null }).range?.[0] ?? 0;
}
