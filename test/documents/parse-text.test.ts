import * as fc from 'fast-check';
import { scanJson } from '../../documents/json-text';
import { parseText } from '../../documents/parse-text';

const mistakesOf = (text: string, format: 'json' | 'yaml') =>
  parseText(text, format).mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('parseText', () => {
  it.each([
    ['{"a": 1,}', '1:9 a key in double quotes is missing, "}" stands there'],
    ['{"a": 1 "b": 2}', '1:9 "," or "}" is missing, "\\"b\\": 2}" stands there'],
    ['{\n  "a": yes\n}', '2:8 a value is missing, "yes" stands there'],
    ['// no\n{}', '1:1 a value is missing, "// no" stands there'],
    ['{"a": [1, 2', '1:12 "," or "]" is missing, the text ends stands there'],
    ['{} {}', '1:4 the end of the document is missing, "{}" stands there'],
    ['{"a": 1, "b": 2, "a": 3}', '1:18 keys must be unique: this one was written before'],
    ['{"a": 012}', '1:8 "," or "}" is missing, "12}" stands there'],
    ['', '1:1 a value is missing, the text ends stands there'],
  ])('says where the mistake in JSON is: %s', (text, mistake) => {
    expect(mistakesOf(text, 'json')).toEqual([mistake]);
  });

  it('takes for JSON what JSON.parse does, but for keys written twice', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n-0.1eEtrufalsn'), maxLength: 12 }),
      fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, what]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + what + json.slice(place);
      }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { mistake } = scanJson(written);
        const isJson = ((): boolean => {
          try {
            JSON.parse(written);
            return true;
          } catch {
            return false;
          }
        })();
        const isTwice = mistake?.message.startsWith('keys must be unique') ?? false;
        return isTwice || isJson === (mistake === null);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  it.each([
    ['entries', (count: number) => `a: [${'1,'.repeat(count)}]`],
    ['mistakes', (count: number) => `[${','.repeat(count)}]`],
    ['keys', (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join('\n')],
  ])('refuses YAML of too many %s before it is composed, and says where', (_what, textOf) => {
    const [mistake, ...others] = parseText(textOf(40_000), 'yaml').mistakes;

    expect(mistake).toMatchObject({
      message: expect.stringMatching(/^more than 30000 /),
      line: expect.any(Number),
    });
    expect(others).toEqual([]);
  });

  it('reads the largest platform.yaml', () => {
    const services = Array.from({ length: 200 }, (_, index) => {
      const backends = [1, 2, 3, 4, 5].map((each) => `service-${each}`).join(', ');
      return `  - { name: service-${index}, port: 8080, protocol: http2, backends: [${backends}], source: services/${index} }`;
    });

    expect(parseText(`services:\n${services.join('\n')}\n`, 'yaml')).toMatchObject({
      mistakes: [],
      value: { services: { length: 200 } },
    });
  });

  it.each(['json', 'yaml'] as const)('refuses %s that is deeper than the call stack', (format) => {
    for (const text of [
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`,
    ]) {
      expect(mistakesOf(text, format)).toEqual([expect.stringMatching(/more than 64 lists and objects/)]);
    }
  });

  it('reads a long JSON document without its lines one by one', () => {
    const text = `{"a": [${'1,\n'.repeat(50_000)}}`;

    expect(mistakesOf(text, 'json')).toEqual([expect.stringMatching(/^50001:1 a value is missing/)]);
  });

  it('refuses YAML that reads as something other than it shows', () => {
    expect(mistakesOf('a: &a [*a]\n', 'yaml')).toEqual(['1:8 an alias may not stand in what it names']);
    expect(mistakesOf('a: &x 1\nb: *y\n', 'yaml')).toEqual([expect.stringMatching(/^2:4 .*alias/i)]);
    expect(mistakesOf('a: !!js/function x\n', 'yaml')).toEqual([expect.stringMatching(/tag/i)]);
    expect(mistakesOf('a: !!binary aGk=\n', 'yaml')).toEqual([expect.stringMatching(/tag/i)]);
    expect(mistakesOf('? [a, b]\n: c\n', 'yaml')).toEqual(['1:3 a key must be a text']);
    expect(mistakesOf('a: 1\nb: 2\na: 3\n', 'yaml')).toEqual([
      expect.stringMatching(/^3:1 keys must be unique/),
    ]);
    expect(mistakesOf('a: 1\n---\na: 2\n', 'yaml')).toHaveLength(1);
    expect(mistakesOf(`x: &a 1\ny: [${'*a, '.repeat(101)}]\n`, 'yaml')).toEqual([
      expect.stringMatching(/more than 100 aliases/),
    ]);
  });

  it('reads YAML by one schema, whatever version it declares', () => {
    const text = '%YAML 1.1\n---\na: yes\nb: 2026-01-01\nc: 1_000\nbase: &base { d: 1 }\ne: { <<: *base }\n';

    expect(parseText(text, 'yaml').value).toEqual({
      a: 'yes',
      b: '2026-01-01',
      c: '1_000',
      base: { d: 1 },
      e: { '<<': { d: 1 } },
    });
  });
});
