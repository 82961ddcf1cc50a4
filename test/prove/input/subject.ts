import type { Pools } from './pools';

/** What became of a document. */
export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' }
  /** What must not be: said in one sentence. */
  | { readonly kind: 'finding'; readonly what: string };

export const ACCEPTED: Verdict = { kind: 'accepted' };
export const REFUSED: Verdict = { kind: 'refused' };

export function finding(what: string): Verdict {
  return { kind: 'finding', what };
}

/** One kind of document, with valid ones to begin with. */
export interface Subject {
  readonly name: string;
  /** `event`: a value, as Lambda hands it over; the others are files. */
  readonly format: 'json' | 'yaml' | 'event';
  readonly examples: readonly unknown[];
  readonly pools: Pools;
  /** Gives a document to those who read it, and says what they made of it. Whatever it throws is a finding. */
  read(bytes: Buffer): Verdict | Promise<Verdict>;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u;

/** Longest line that a person can be asked to read. */
const LONGEST_LINE = 1200;
/** Most lines at once. */
const MOST_LINES = 250;

/** What is wrong with how a refusal is worded; null when nothing is. Every line must name a place and what to do. */
export function complaintAbout(lines: readonly string[], place: RegExp): string | null {
  if (lines.length === 0 || lines.length > MOST_LINES) {
    return `${lines.length} problems at once`;
  }
  for (const line of lines) {
    if (UNPRINTABLE.test(line)) {
      return `a message with characters that a terminal obeys: ${JSON.stringify(line.slice(0, 200))}`;
    }
    if (line.length > LONGEST_LINE) {
      return `a message of ${line.length} characters`;
    }
    if (!place.test(line) && !/^and \d+ more/.test(line)) {
      return `a message without a place or without what to do: ${line.slice(0, 300)}`;
    }
  }
  return null;
}

/** `path: got …; allowed: …; what to do`. */
export const PROBLEM_LINE = /.+: got .+; allowed: .+; .+/;
