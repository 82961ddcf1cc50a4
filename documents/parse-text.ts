import { type Document, isMap, isScalar, isSeq, LineCounter } from 'yaml';
import { scanJson, type TextMistake } from './json-text';
import { readYaml } from './yaml-text';

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

/** Mistakes that are told of one text: the first explain the others. */
const MOST_MISTAKES = 20;

/** Reads JSON or YAML. Keys written twice are mistakes in both. */
export function parseText(text: string, format: Format): ParsedText {
  return format === 'json' ? parseJson(text) : parseYaml(text);
}

function parseJson(text: string): ParsedText {
  const { mistake, offsets } = scanJson(text);
  const lines = new LineCounter();
  // Only a text with problems is asked for places.
  const placeAt = (offset: number): Place => {
    if (lines.lineStarts.length === 0) {
      countLines(text, lines);
    }
    return placeIn(lines, offset);
  };
  return {
    value: mistake === null ? JSON.parse(text) : undefined,
    mistakes: mistake === null ? [] : [toMistake(mistake, placeAt)],
    placeOf: (path) => placeAt(closestOffset(path, offsets) ?? startOfText(text)),
  };
}

function parseYaml(text: string): ParsedText {
  const lines = new LineCounter();
  const { value, mistakes, document } = readYaml(text, lines);
  const placeAt = (offset: number): Place => placeIn(lines, offset);
  return {
    value,
    mistakes: mistakes.slice(0, MOST_MISTAKES).map((mistake) => toMistake(mistake, placeAt)),
    placeOf: (path) => placeAt(document === null ? 0 : offsetOf(document, path)),
  };
}

function toMistake({ message, offset }: TextMistake, placeAt: (offset: number) => Place): SyntaxMistake {
  return { message, ...placeAt(offset) };
}

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines.addNewLine(at + 1);
  }
}

/** A text of one line has no line end that was counted. */
function placeIn(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, column: offset + 1 } : { line, column: col };
}

function startOfText(text: string): number {
  return Math.max(0, text.search(/\S/));
}

/** The path's own offset, or that of its closest ancestor. */
function closestOffset(path: string, offsets: ReadonlyMap<string, number>): number | undefined {
  let rest = path;
  while (rest !== '' && !offsets.has(rest)) {
    rest = rest.slice(0, Math.max(rest.lastIndexOf('.'), rest.lastIndexOf('['), 0));
  }
  return offsets.get(rest);
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
