import { DEEPEST } from '../core/config/unreadable';

/** A mistake in the writing, and where. */
export interface TextMistake {
  readonly message: string;
  /** Characters from the start. */
  readonly offset: number;
}

/** What a JSON text is made of, without its values. */
export interface JsonText {
  /** The first mistake; null when the text is JSON, each key once. */
  readonly mistake: TextMistake | null;
  /** Where the key or entry of each path stands: `health.checks[0].min`. Only up to the mistake. */
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * Goes through a JSON text (RFC 8259) once, from its start to its end or to its first mistake: what `JSON.parse` does
 * not say is where a mistake is, where each key stands, and which key stands twice.
 */
export function scanJson(text: string): JsonText {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return { mistake: null, offsets: scanner.offsets };
  } catch (error) {
    if (error instanceof Stop) {
      return { mistake: { message: error.message, offset: error.offset }, offsets: scanner.offsets };
    }
    throw error;
  }
}

/** Ends a scan. */
class Stop extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has no place for them in a text.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

class Scanner {
  readonly offsets = new Map<string, number>();
  private at = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.value('', 0);
    this.match(SPACE);
    if (this.at < this.text.length) {
      this.stop('the end of the document');
    }
  }

  private value(path: string, level: number): void {
    this.match(SPACE);
    const first = this.text[this.at];
    if (first === '{' || first === '[') {
      if (level >= DEEPEST) {
        throw new Stop(`more than ${DEEPEST} lists and objects in each other`, this.at);
      }
      this.at += 1;
      if (first === '{') {
        this.members(path, level + 1);
      } else {
        this.entries(path, level + 1);
      }
    } else if (this.match(first === '"' ? STRING : WORD) === null && this.match(NUMBER) === null) {
      this.stop('a value');
    }
  }

  private members(path: string, level: number): void {
    const keys = new Set<string>();
    if (this.skip('}')) {
      return;
    }
    do {
      this.match(SPACE);
      const offset = this.at;
      const written = this.match(STRING) ?? this.stop('a key in double quotes');
      const key = JSON.parse(written) as string;
      if (keys.has(key)) {
        throw new Stop('keys must be unique: this one was written before', offset);
      }
      keys.add(key);
      const own = path === '' ? key : `${path}.${key}`;
      this.offsets.set(own, offset);
      this.expect(':');
      this.value(own, level);
    } while (this.skip(','));
    this.expect('}', '"," or "}"');
  }

  private entries(path: string, level: number): void {
    if (this.skip(']')) {
      return;
    }
    let index = 0;
    do {
      this.match(SPACE);
      const own = `${path}[${index}]`;
      this.offsets.set(own, this.at);
      this.value(own, level);
      index += 1;
    } while (this.skip(','));
    this.expect(']', '"," or "]"');
  }

  private skip(character: string): boolean {
    this.match(SPACE);
    const isThere = this.text[this.at] === character;
    this.at += isThere ? 1 : 0;
    return isThere;
  }

  private expect(character: string, called = `"${character}"`): void {
    if (!this.skip(character)) {
      this.stop(called);
    }
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  private stop(expected: string): never {
    const rest = this.text.slice(this.at, this.at + 12).split('\n')[0] ?? '';
    const found =
      this.at >= this.text.length ? 'the text ends' : rest === '' ? 'the line ends' : JSON.stringify(rest);
    throw new Stop(`${expected} is missing, ${found} stands there`, this.at);
  }
}
