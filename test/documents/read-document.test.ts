import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { renderFileProblem } from '../../documents/file-problem';
import { checkDocument } from '../../documents/read-document';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'document-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const schema = z.strictObject({ a: z.record(z.string(), z.string()).optional() });

function problemsOf(content: string | Buffer, format: 'json' | 'yaml' = 'json'): readonly string[] {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return checkDocument({ path, shownAs: 'file', format }, schema).problems.map(renderFileProblem);
}

describe('checkDocument', () => {
  it('takes a byte order mark and Windows line ends', () => {
    expect(problemsOf('\ufeff{\r\n  "a": {}\r\n}\r\n')).toEqual([]);
    expect(problemsOf('\ufeffa:\r\n  b: c\r\n', 'yaml')).toEqual([]);
  });

  it('refuses bytes that are no text, and names their line', () => {
    expect(problemsOf(Buffer.from([0x7b, 0x0a, 0xff, 0x7d]))).toEqual([
      'file:2: (document): got bytes that are no text; allowed: text in UTF-8; save the file as UTF-8',
    ]);
  });

  it('refuses a file that is larger than any document, unread', () => {
    expect(problemsOf(' '.repeat(300_000))).toEqual([
      'file: (document): got a file of 300000 bytes; allowed: a JSON document of at most 262144 bytes; write less, or name the right file',
    ]);
  });

  it('refuses what readers lose and what no task takes, each with its place', () => {
    expect(problemsOf('{"a": {"__proto__": "x"}}')).toEqual([
      expect.stringMatching(/^file:1:8: a\.__proto__: got "x"; .*readers lose/),
    ]);
    expect(problemsOf('{"a": {"b": "x\\u0000"}}')).toEqual([expect.stringMatching(/^file:1:8: a\.b: .*NUL/)]);
    expect(problemsOf('{"a": {"b": "\\ud800"}}')).toEqual([
      expect.stringMatching(/^file:1:8: a\.b: .*surrogate/),
    ]);
  });

  it('shows no character that a terminal would obey', () => {
    const [line = ''] = problemsOf('{"\\u001b[2J\\u202e": 1}');

    expect(line).toContain('\\u001b[2J\\u202e: got 1');
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('tells of at most 20 problems', () => {
    const lines = problemsOf(
      JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n]))),
    );

    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toMatch(/problems more; .*correct those above first/);
  });
});
