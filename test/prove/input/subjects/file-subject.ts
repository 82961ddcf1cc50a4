import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import { type FileProblem, renderFileProblem } from '../../../../documents/file-problem';
import type { Format } from '../../../../documents/parse-text';
import { checkDocument } from '../../../../documents/read-document';
import { poolsOf } from '../pools';
import {
  ACCEPTED,
  complaintAbout,
  finding,
  PROBLEM_LINE,
  REFUSED,
  type Subject,
  type Verdict,
} from '../subject';

/** A file that somebody writes, its reader, and what is done with it. */
export interface FileSubject<Document> {
  readonly name: string;
  readonly format: Format;
  /** Where it is written, below a folder of its own. */
  readonly file: string;
  readonly schema: z.ZodType<Document>;
  readonly examples: readonly unknown[];
  /** The product's own way to read the file; null and why it was refused. */
  read(path: string): { readonly document: Document | null; readonly problems: readonly FileProblem[] };
  /** Does with an accepted document what follows in the product. @returns what came out wrong, or null. */
  use(document: Document): string | null;
}

/** Line and column, or the line alone, then what every problem says. A file as a whole has no line. */
const PLACED = new RegExp(
  `^.+(?::\\d+(?::\\d+)?: ${PROBLEM_LINE.source}|: \\(document\\): got (?:no|a file of) .+; allowed: .+; .+)`,
);

/** Makes a file known to the generator. `folder` is where its documents are written, one after the other. */
export function createFileSubject<Document>(folder: string, file: FileSubject<Document>): Subject {
  const path = join(folder, file.file);
  mkdirSync(dirname(path), { recursive: true });
  return {
    name: file.name,
    format: file.format,
    examples: file.examples,
    pools: poolsOf(file.schema),
    read: (bytes) => {
      writeFileSync(path, bytes);
      const { document, problems } = file.read(path);
      return document === null ? refused(problems) : accepted(file, path, document);
    },
  };
}

function refused(problems: readonly FileProblem[]): Verdict {
  const complaint = complaintAbout(problems.map(renderFileProblem), PLACED);
  return complaint === null ? REFUSED : finding(complaint);
}

/** What was accepted must be accepted again, as the same, however it is written. */
function accepted<Document>(file: FileSubject<Document>, path: string, document: Document): Verdict {
  const text = JSON.stringify(document);
  const again = file.schema.safeParse(JSON.parse(text));
  if (!again.success) {
    return finding(`is no longer valid with its defaults filled in: ${again.error.issues[0]?.message}`);
  }
  if (JSON.stringify(again.data) !== text) {
    return finding('changes each time that its defaults are filled in');
  }
  writeFileSync(path, text);
  const problems = checkDocument({ path, format: file.format }, file.schema).problems;
  if (problems.length > 0) {
    return finding(`is refused when it is written again: ${problems[0] && renderFileProblem(problems[0])}`);
  }
  const wrong = file.use(document);
  return wrong === null ? ACCEPTED : finding(wrong);
}
