import type * as z from 'zod';
import { printable } from '../core/config/describe-value';
import { findProblems } from '../core/config/problems';
import type { Problem } from '../core/errors';
import type { FileProblem } from './file-problem';
import { type Format, type ParsedText, parseText } from './parse-text';
import { readText } from './read-text';

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

/** What only somebody who knows more than the schema can find: a folder that is not there. */
export type FurtherCheck<Document> = (document: Document) => readonly Problem[];

/** Reads a file and checks it against a schema; every problem at once. */
export function checkDocument(source: DocumentSource, schema: z.ZodType): WrittenDocument {
  const { value, problems } = readPlaced(source, schema);
  return { value, problems };
}

/**
 * Reads and checks a file: the document with its defaults filled in, or its problems. A further check is made of a
 * document that the schema accepts.
 */
export function readDocument<Schema extends z.ZodType>(
  source: DocumentSource,
  schema: Schema,
  check: FurtherCheck<z.output<Schema>> = () => [],
):
  | { readonly document: z.output<Schema>; readonly problems: readonly [] }
  | { readonly document: null; readonly problems: readonly FileProblem[] } {
  const { value, problems, placed } = readPlaced(source, schema);
  if (problems.length > 0) {
    return { document: null, problems };
  }
  const document = schema.parse(value);
  const further = placed(check(document));
  return further.length > 0 ? { document: null, problems: further } : { document, problems: [] };
}

/** A document as written, with a way to say where in it a problem is. */
function readPlaced(
  source: DocumentSource,
  schema: z.ZodType,
): WrittenDocument & { readonly placed: (problems: readonly Problem[]) => readonly FileProblem[] } {
  const { text, parsed, problems } = readWritten(source);
  if (parsed === null) {
    return { value: undefined, problems, placed: () => [] };
  }
  const placed = (found: readonly Problem[]): readonly FileProblem[] =>
    found.map((problem) => ({ ...problem, file: shown(source), ...parsed.placeOf(problem.path) }));
  // An empty YAML file is null: an object without members says better what is missing.
  const value = text.trim() === '' ? {} : parsed.value;
  return { value, problems: placed(findProblems(schema, value)), placed };
}

function readWritten(source: DocumentSource): {
  readonly text: string;
  readonly parsed: ParsedText | null;
  readonly problems: readonly FileProblem[];
} {
  const file = shown(source);
  const written = readText(source.path, file, NAMES[source.format]);
  if ('refusal' in written) {
    return { text: '', parsed: null, problems: [{ file, path: '', ...written.refusal }] };
  }
  const parsed = parseText(written.text, source.format);
  const problems = parsed.mistakes.map(({ line, column, message }) => ({
    file,
    line,
    ...(column === undefined ? {} : { column }),
    path: '',
    received: printable(message),
    allowed: `valid ${NAMES[source.format]} with each key once`,
    todo: 'correct the line',
  }));
  return { text: written.text, parsed: problems.length > 0 ? null : parsed, problems };
}

const NAMES = { json: 'JSON', yaml: 'YAML' } as const satisfies Record<Format, string>;

function shown(source: DocumentSource): string {
  return source.shownAs ?? source.path;
}
