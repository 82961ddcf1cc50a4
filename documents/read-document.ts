import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { findProblems } from '../core/config/problems';
import type { FileProblem } from './file-problem';
import { type Format, type ParsedText, parseText } from './parse-text';

/** A file that must hold one document. */
export interface DocumentSource {
  /** Where it is. */
  readonly path: string;
  /** How problems name it. @default `path` */
  readonly shownAs?: string;
  readonly format: Format;
}

/** A document as written, and what is wrong with it. */
export interface WrittenDocument {
  /** Without defaults; undefined when the file could not be read. */
  readonly value: unknown;
  readonly problems: readonly FileProblem[];
}

/** Reads a file and checks it against a schema; every problem at once. */
export function checkDocument(source: DocumentSource, schema: z.ZodType): WrittenDocument {
  const { text, parsed, problems } = readWritten(source);
  if (parsed === null) {
    return { value: undefined, problems };
  }
  // An empty YAML file is null: an object without members says better what is missing.
  const value = text.trim() === '' ? {} : parsed.value;
  const found = findProblems(schema, value);
  return {
    value,
    problems: found.map((problem) => ({
      ...problem,
      file: shown(source),
      line: parsed.lineOf(problem.path),
    })),
  };
}

/** Reads and checks a file: the document with its defaults filled in, or its problems. */
export function readDocument<Schema extends z.ZodType>(
  source: DocumentSource,
  schema: Schema,
):
  | { readonly document: z.output<Schema>; readonly problems: readonly [] }
  | { readonly document: null; readonly problems: readonly FileProblem[] } {
  const { value, problems } = checkDocument(source, schema);
  return problems.length > 0 ? { document: null, problems } : { document: schema.parse(value), problems: [] };
}

function readWritten(source: DocumentSource): {
  readonly text: string;
  readonly parsed: ParsedText | null;
  readonly problems: readonly FileProblem[];
} {
  const text = readText(source.path);
  if (typeof text !== 'string') {
    return { text: '', parsed: null, problems: [missing(source, text.code)] };
  }
  const parsed = parseText(text, source.format);
  const problems = parsed.mistakes.map(({ line, message }) => ({
    file: shown(source),
    line,
    path: '',
    received: message,
    allowed: `valid ${NAMES[source.format]} with each key once`,
    todo: 'correct the line',
  }));
  return { text, parsed: problems.length > 0 ? null : parsed, problems };
}

const NAMES: Readonly<Record<Format, string>> = { json: 'JSON', yaml: 'YAML' };

function readText(path: string): string | { readonly code: string } {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function missing(source: DocumentSource, code: string): FileProblem {
  return {
    file: shown(source),
    path: '',
    received: code === 'ENOENT' ? 'no file' : `no readable file (${code})`,
    allowed: `a ${NAMES[source.format]} document`,
    todo: code === 'ENOENT' ? `write ${shown(source)}, or correct the path` : 'make it readable',
  };
}

function shown(source: DocumentSource): string {
  return source.shownAs ?? source.path;
}
