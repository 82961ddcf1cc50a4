import {
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  type LineCounter,
  Parser,
  visit,
} from 'yaml';
import { DEEPEST } from '../core/config/unreadable';
import type { TextMistake } from './json-text';

/** Aliases that a document may have: a person repeats something a few times. */
const MOST_ALIASES = 100;

/**
 * Brackets, words, spaces and whatever else a document is made of: each takes its time, one at a wrong place most. Twice as
 * many as the largest platform.yaml has, 200 services with 5 backends each.
 */
const MOST_TOKENS = 30_000;

const TOO_DEEP = `more than ${DEEPEST} lists and objects in each other`;

/** A YAML document as read: its value, or its mistakes, and its nodes. */
export interface YamlText {
  readonly value: unknown;
  /** Not empty: `value` must not be used. */
  readonly mistakes: readonly TextMistake[];
  /** Null when it could not be taken apart at all. */
  readonly document: Document | null;
}

/**
 * Reads YAML 1.2 with the core schema, whatever the document declares: no tags, no merge keys, no dates, and `yes` is
 * a text. What would make the document another one than it looks like is a mistake.
 */
export function readYaml(text: string, lines: LineCounter): YamlText {
  const tooMany = tooManyAt(text);
  if (tooMany !== null) {
    const message = `more than ${MOST_TOKENS} brackets, words and spaces, write less`;
    return { value: undefined, mistakes: [{ message, offset: tooMany }], document: null };
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const depth = tooDeepAt(tokens);
  if (depth !== null) {
    // What comes next takes a call for each level: nobody may choose how many.
    return { value: undefined, mistakes: [{ message: TOO_DEEP, offset: depth }], document: null };
  }
  const [document, second] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (document === undefined) {
    return { value: undefined, mistakes: [{ message: 'there is no document', offset: 0 }], document: null };
  }
  const written = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    message: firstLine(message),
    offset: pos[0],
  }));
  const further = second === undefined ? [] : [{ message: 'a second document', offset: second.range[0] }];
  const mistakes = [...written, ...further];
  const found = mistakes.length > 0 ? mistakes : mistakesIn(document);
  return found.length > 0
    ? { value: undefined, mistakes: found, document }
    : { ...toValue(document), document };
}

/** Keys that stand twice are looked for here: the parser would compare each key of a mapping with each other. */
const OPTIONS = {
  uniqueKeys: false,
  strict: true,
  schema: 'core',
  resolveKnownTags: false,
  merge: false,
} as const;

/** Where a text has more tokens than is read; null when it has not. */
function tooManyAt(text: string): number | null {
  let tokens = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MOST_TOKENS) {
      return offset;
    }
    offset += MARKS.has(token) ? 0 : token.length;
  }
  return null;
}

/** What the lexer says of the text beside its own characters: a document begins, a bracket is missing, a scalar follows. */
const MARKS = new Set<string>([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/** Where lists and objects stand too deep in each other; null when none does. */
function tooDeepAt(tokens: readonly CST.Token[]): number | null {
  const left = tokens.map((token) => ({ token, level: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { token, level } = next;
    if (level > DEEPEST) {
      return token.offset;
    }
    if (token.type === 'document') {
      left.push(...(token.value === undefined ? [] : [{ token: token.value, level }]));
    } else if ('items' in token) {
      for (const { key, value } of token.items) {
        left.push(...[key, value].flatMap((each) => (each ? [{ token: each, level: level + 1 }] : [])));
      }
    }
  }
  return null;
}

function toValue(document: Document): Pick<YamlText, 'value' | 'mistakes'> {
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), mistakes: [] };
  } catch (error) {
    if (!(error instanceof ReferenceError)) {
      throw error;
    }
    // An alias without anchor, or aliases that make the document grow beyond measure.
    return {
      value: undefined,
      mistakes: [{ message: firstLine(error.message), offset: firstAlias(document) }],
    };
  }
}

function mistakesIn(document: Document): readonly TextMistake[] {
  const mistakes: TextMistake[] = [];
  let aliases = 0;
  visit(document, (_key, node, path) => {
    if (isAlias(node)) {
      aliases += 1;
      if (path.some((parent) => isNode(parent) && 'anchor' in parent && parent.anchor === node.source)) {
        mistakes.push({ message: 'an alias may not stand in what it names', offset: startOf(node) });
      }
      if (aliases > MOST_ALIASES) {
        mistakes.push({ message: `more than ${MOST_ALIASES} aliases`, offset: startOf(node) });
        return visit.BREAK;
      }
    }
    if (isMap(node)) {
      mistakes.push(...mistakesInKeys(node.items));
    }
    return undefined;
  });
  return mistakes;
}

function mistakesInKeys(pairs: readonly unknown[]): readonly TextMistake[] {
  const keys = new Set<string>();
  return pairs.filter(isPair).flatMap(({ key }) => {
    if (!isScalar(key)) {
      return [{ message: 'a key must be a text', offset: startOf(key) }];
    }
    const name = String(key.value);
    const isKnown = keys.has(name);
    keys.add(name);
    return isKnown
      ? [{ message: 'keys must be unique: this one was written before', offset: startOf(key) }]
      : [];
  });
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias: (_key, node) => {
      offset = startOf(node);
      return visit.BREAK;
    },
  });
  return offset;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? message;
}

function startOf(node: unknown): number {
  return (node as { readonly range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
}
