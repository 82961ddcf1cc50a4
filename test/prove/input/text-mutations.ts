import * as fc from 'fast-check';

/** A change of the characters, after the document is written. */
export interface TextMutation {
  readonly kind: number;
  readonly at: number;
}

/** A text that takes its place, or what becomes of it. */
type Change = (text: string, at: number) => string | Buffer;

const insert = (text: string, at: number, what: string): string => {
  const place = at % (text.length + 1);
  return text.slice(0, place) + what + text.slice(place);
};

const insertBytes = (text: string, at: number, ...bytes: number[]): Buffer => {
  const place = at % (text.length + 1);
  return Buffer.concat([
    Buffer.from(text.slice(0, place)),
    Buffer.from(bytes),
    Buffer.from(text.slice(place)),
  ]);
};

const bomb = (levels: number, width: number): string =>
  ['l0: &l0 [x, y]']
    .concat(
      Array.from(
        { length: levels },
        (_, i) => `l${i + 1}: &l${i + 1} [${Array(width).fill(`*l${i}`).join(', ')}]`,
      ),
    )
    .join('\n');

/** What people, editors, tools and attackers do to files. */
const CHANGES: readonly Change[] = [
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll(/^ +/gm, '\t'),
  (text) => text.replaceAll(/([\]}])/g, ',$1'),
  (text) => `// a comment\n${text}`,
  (text) => `# a comment\n${text}`,
  (text) => `/* ${text} */`,
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text, at) => text.slice(0, at % (text.length + 1)) + text.slice((at % (text.length + 1)) + 1),
  (text, at) =>
    insert(text, at, ['"', "'", '{', '}', '[', ']', ':', ',', '\\', '\n', '#', '&', '*', '!'][at % 14] ?? ''),
  (text, at) =>
    insert(text, at, ['\u0000', '\u001b[2J', '\u202e', '\u2028', '\u200b', '😀', '\t'][at % 7] ?? ''),
  (text, at) => insertBytes(text, at, 0xff, 0xfe),
  (text, at) => insertBytes(text, at, 0xc3),
  (text, at) => insertBytes(text, at, 0xed, 0xa0, 0x80),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => `---\n${text}\n---\n${text}`,
  (text) => `%YAML 1.1\n---\n${text}`,
  (text) => `%TAG ! tag:example.com,2026:\n---\n${text}`,
  (text) => `${text}\n...\n`,
  (text) => text.replace(/: ("[^"]*"|\d+)/, ': !!binary $1'),
  (text) => text.replace(/: ("[^"]*"|\d+)/, ': !!js/function $1'),
  (text) => text.replace(/: ("[^"]*"|\d+)/, ': !!timestamp 2026-01-01'),
  (text) => text.replace(/: (\d+)/, ': !!str $1'),
  (text) => text.replace(/: (\d+)/, ': &n $1\nother: *n'),
  (text) => text.replace(/: /, ': &a '),
  (text) => text.replace(/: ("[^"]*"|\d+)/, ': *nowhere'),
  (text) => `base: &base { a: 1 }\n<<: *base\n${text}`,
  (text) => `a: &a [*a]\n${text}`,
  (text) => `${bomb(12, 9)}\n${text}`,
  (text) => `${bomb(3, 200)}\n${text}`,
  (text) => `? [a, b]\n: c\n? { d: e }\n: f\n${text}`,
  (text) => text.replaceAll('"', "'"),
  () => '',
  () => ' \n\t\n',
  () => '# nothing but a comment\n',
  () => 'null',
  () => '[]',
  () => '"text"',
  () => '42',
  () => '!!set { a, b }',
  () => '['.repeat(10_000),
  () => '{"a":'.repeat(10_000),
  () => '- '.repeat(10_000),
  () => '? '.repeat(10_000),
  () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  () => `x: [${'*a, '.repeat(30_000)}]`,
  () => `x: &a 1\ny: [${'*a, '.repeat(30_000)}]`,
  () => Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join('\n'),
  () => `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',\n')}}`,
  () => `{"a":[${'1,\n'.repeat(40_000)}}`,
  () => `a: |\n${'  text\n'.repeat(18_000)}`,
  () => `${'#\n'.repeat(100_000)}a: 1`,
  () => `"${'\\'.repeat(100_001)}`,
  (text) => text + ' '.repeat(5_000_000),
  (text) => `${'\n'.repeat(200_000)}${text}`,
];

/** Changes whose documents take much memory or time to make; drawn less often. */
const COSTLY_FROM = CHANGES.length - 16;

/** A change of the characters. */
export function textMutationArbitrary(size: 'quick' | 'any'): fc.Arbitrary<TextMutation> {
  const cheap = fc.nat(COSTLY_FROM - 1);
  const costly = fc.integer({ min: COSTLY_FROM, max: CHANGES.length - 1 });
  const any = fc.oneof({ weight: 12, arbitrary: cheap }, { weight: 1, arbitrary: costly });
  return fc.record({ kind: size === 'any' ? any : cheap, at: fc.nat(1_000_000) });
}

/** The bytes of a text after its changes. */
export function mutateText(text: string, mutations: readonly TextMutation[]): Buffer {
  let result: string | Buffer = text;
  for (const { kind, at } of mutations) {
    result = CHANGES[kind]?.(typeof result === 'string' ? result : result.toString('utf8'), at) ?? result;
  }
  return Buffer.from(result);
}
