import { readFileSync, statSync } from 'node:fs';
import { MOST_JSON_BYTES } from '../core/config/json-size';

/**
 * Bytes that a document may have. JSON: as many as Step Functions takes as an execution's input. YAML: ten
 * times what anybody writes.
 */
export const MOST_BYTES = { JSON: MOST_JSON_BYTES, YAML: 131_072 } as const;

/** The text of a file, or why there is none. */
export type WrittenText =
  | { readonly text: string }
  | {
      readonly refusal: {
        readonly received: string;
        readonly allowed: string;
        readonly todo: string;
        readonly line?: number;
      };
    };

/** Reads a text file in UTF-8, with or without a byte order mark. */
export function readText(path: string, shownAs: string, kind: keyof typeof MOST_BYTES): WrittenText {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES[kind]) {
      const allowed = `a ${kind} document of at most ${MOST_BYTES[kind]} bytes`;
      return {
        refusal: { received: `a file of ${size} bytes`, allowed, todo: 'write less, or name the right file' },
      };
    }
    return decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const isMissing = code === 'ENOENT';
    return {
      refusal: {
        received: isMissing ? 'no file' : `no readable file (${code})`,
        allowed: `a ${kind} document`,
        todo: isMissing ? `write ${shownAs}, or correct the path` : 'make it readable',
      },
    };
  }
}

function decode(bytes: Buffer): WrittenText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    // Bytes that are no character become one that no document should hold, and show the line.
    const line = bytes.toString('utf8').split('\ufffd')[0]?.split('\n').length ?? 1;
    return {
      refusal: {
        received: 'bytes that are no text',
        allowed: 'text in UTF-8',
        todo: 'save the file as UTF-8',
        line,
      },
    };
  }
}
