import * as fc from 'fast-check';
import { evaluateExpression } from '../../../../../rehearsal/aws/services/cloudwatch/math/evaluate';
import { parseExpression } from '../../../../../rehearsal/aws/services/cloudwatch/math/parser';
import { at, CloudWatchFixture } from './fixture';

const cloudWatch = new CloudWatchFixture();

beforeEach(() => cloudWatch.start());
afterEach(() => cloudWatch.stop());

describe('metric math', () => {
  beforeEach(async () => {
    await cloudWatch.put(
      ...[0, 1, 3].map((minute) => ({ MetricName: 'a', Timestamp: at(minute), Value: minute + 1 })),
      ...[1, 2, 3].map((minute) => ({
        MetricName: 'b',
        Timestamp: at(minute),
        Value: minute === 2 ? 0 : 10,
      })),
    );
  });

  it.each<[string, [number, number][]]>([
    [
      'a + b',
      [
        [1, 12],
        [3, 14],
      ],
    ],
    [
      '100 * a / (a + b)',
      [
        [1, 200 / 12],
        [3, 400 / 14],
      ],
    ],
    [
      '-a * 2',
      [
        [0, -2],
        [1, -4],
        [3, -8],
      ],
    ],
    [
      '10 / b',
      [
        [1, 1],
        [3, 1],
      ],
    ],
    [
      'SUM([a, b])',
      [
        [0, 1],
        [1, 12],
        [2, 0],
        [3, 14],
      ],
    ],
    [
      'a - SUM(a)',
      [
        [0, -6],
        [1, -5],
        [3, -3],
      ],
    ],
    [
      'FILL(a, 0) + b',
      [
        [1, 12],
        [2, 0],
        [3, 14],
      ],
    ],
    [
      'FILL(a, REPEAT) + b',
      [
        [1, 12],
        [2, 2],
        [3, 14],
      ],
    ],
    [
      'FILL(a, LINEAR) + b',
      [
        [1, 12],
        [2, 3],
        [3, 14],
      ],
    ],
    [
      'IF(b > 0, a, 7)',
      [
        [1, 2],
        [2, 7],
        [3, 4],
      ],
    ],
    [
      'IF(b > 0, b)',
      [
        [1, 10],
        [3, 10],
      ],
    ],
    [
      'IF(a >= 2 AND b == 10, 1, 0)',
      [
        [1, 1],
        [3, 1],
      ],
    ],
    [
      'a * PERIOD(a)',
      [
        [0, 60],
        [1, 120],
        [3, 240],
      ],
    ],
    [
      'MAX([a, b]) - MIN([a, b])',
      [
        [0, 0],
        [1, 8],
        [2, 0],
        [3, 6],
      ],
    ],
  ])('computes %s', async (expression, expected) => {
    expect(await cloudWatch.valuesOf(expression, 'a', 'b')).toEqual(expected);
  });

  it('fills the whole range of a known metric, and nothing of one that never had data', async () => {
    expect(await cloudWatch.valuesOf('FILL(a, 0)', 'a')).toHaveLength(10);
    expect(await cloudWatch.valuesOf('FILL(never, 0)', 'never')).toEqual([]);
  });

  it.each(['a +', '(a', 'a b', 'a $ b', '[a', 'FILL(a)', '', 'SUM()'])('refuses "%s"', (expression) => {
    const scope = {
      source: expression,
      range: { from: 0, to: 1 },
      valueOf: () => ({ kind: 'scalar' as const, value: 1 }),
    };
    expect(() => evaluateExpression(parseExpression(expression), scope)).toThrow('Error in expression');
  });

  it('agrees with JavaScript on any arithmetic', () => {
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc
          .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), tie('node'))
          .map((parts) => parts.join(' ')),
        tie('node').map((inner) => `(${inner})`),
        tie('node').map((inner) => `-(${inner})`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (source) => {
        const scope = {
          source,
          range: { from: 0, to: 1 },
          valueOf: () => ({ kind: 'scalar' as const, value: 0 }),
        };
        const expected: number = new Function(`return ${source}`)();
        expect(evaluateExpression(parseExpression(source), scope)).toEqual({
          kind: 'scalar',
          value: expected === 0 ? expect.closeTo(0) : expected,
        });
      }),
    );
  });
});
