import fc from 'fast-check';
import { plainEvents } from '../../../rehearsal/view/plain-events';
import { renderLive } from '../../../rehearsal/view/render-live';
import { columnsOf } from '../../../rehearsal/view/text';
import { aCheck, aSnapshot, aTracked, at, FIRST, FIXED, node, START } from '../report/builders';

describe('renderLive', () => {
  it('shows stage, clock, split, state, verdict, traffic and calls', () => {
    const text = renderLive(aSnapshot(), 100, 23).join('\n');
    for (const part of [
      'walkthrough  stage 2 of 3  The fix',
      '10:03:35 virtual · 15×',
      'yelb-appserver  1a2b3c4d → 9f8e7d6c',
      '30 %  users are on both versions',
      '✓ advance: limits kept',
      'users  160 req/s  0.0 failed/s',
      'yelb-appserver 9f8e7d6c    48/s  30 %   0.0 failed/s  p99 19 ms',
      'AWS API  212 calls, 0 denied',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('tells a first release and a bake', () => {
    const rollout = aTracked({
      stable: null,
      version: FIRST,
      splits: [{ at: at(1), weights: { [FIRST]: 100 } }],
    });
    const text = renderLive(aSnapshot({ rollouts: [rollout] }), 100, 23).join('\n');
    expect(text).toContain('first release → 1a2b3c4d');
    expect(text).toContain('100 %  baking: all users on the canary');
  });

  it('shows each of four rollouts on the smallest terminal', () => {
    const rollouts = ['a', 'b', 'c', 'd'].map((service) => aTracked({ id: service, service }));
    const lines = renderLive(aSnapshot({ rollouts }), 79, 11);
    expect(lines.length).toBeLessThanOrEqual(11);
    for (const service of ['a', 'b', 'c', 'd']) {
      expect(lines.some((line) => line.startsWith(`${service}  `))).toBe(true);
    }
  });

  it('counts the rollouts that do not fit', () => {
    const rollouts = Array.from({ length: 30 }, (_, i) => aTracked({ id: String(i), service: `s${i}` }));
    const lines = renderLive(aSnapshot({ rollouts }), 79, 11);
    expect(lines).toHaveLength(11);
    expect(lines.join('\n')).toMatch(/and 2\d more rollouts/);
  });

  it('lets no escape code or line break of the data through', () => {
    const rollout = aTracked({ checks: [aCheck(5, 'hold', 'exit 1:\n\u001b[2Jline\u0007 two')] });
    const lines = renderLive(aSnapshot({ rollouts: [rollout] }), 100, 23);
    expect(lines.join('')).toContain('exit 1: line  two');
  });

  it('fits any width and height, whatever the data', () => {
    const numbers = fc.oneof(fc.double(), fc.constantFrom(0, Number.NaN, -1, 1e12));
    const version = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      requestsPerSecond: numbers,
      failedPerSecond: numbers,
      p99Millis: fc.option(numbers),
    });
    const rollout = fc
      .record({
        id: fc.string(),
        service: fc.string({ unit: 'grapheme' }),
        version: fc.constantFrom('', FIXED, 'x'.repeat(300)),
        stable: fc.option(fc.string()),
        state: fc.string(),
        endedAt: fc.option(numbers),
        splits: fc.array(fc.record({ at: fc.string(), weights: fc.dictionary(fc.string(), numbers) }), {
          maxLength: 3,
        }),
      })
      .map((changes) => aTracked(changes));
    const snapshot = fc.record({
      scenario: fc.string({ unit: 'grapheme' }),
      now: numbers,
      wallSeconds: numbers,
      requestsPerSecond: numbers,
      failedPerSecond: numbers,
      requests: numbers,
      versions: fc.array(version, { maxLength: 6 }),
      rollouts: fc.array(rollout, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(
        snapshot,
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 50 }),
        (changes, width, height) => {
          const shown = aSnapshot(changes);
          const lines = renderLive(shown, width, height);
          expect(lines.length).toBeLessThanOrEqual(height);
          expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width);
          plainEvents(null, shown);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('plainEvents', () => {
  const before = aSnapshot({ rollouts: [aTracked({ splits: [], checks: [] })] });

  it('says nothing when nothing worth telling changed', () => {
    const next = aSnapshot({
      rollouts: [aTracked({ splits: [], checks: [aCheck(60, 'advance')], state: 'ShiftTraffic' })],
    });
    expect(plainEvents(before, next)).toEqual([]);
  });

  it('tells each change of weight once', () => {
    const splits = [10, 20, 20].map((weight, i) => ({
      at: at(60 * (i + 1)),
      weights: { [node(FIXED)]: weight, [node(FIRST)]: 100 - weight },
    }));
    const next = aSnapshot({ rollouts: [aTracked({ splits, checks: [] })] });
    expect(plainEvents(before, next)).toEqual([
      '10:01:00  yelb-appserver: canary 0 % → 10 %',
      '10:02:00  yelb-appserver: canary 10 % → 20 %',
    ]);
  });

  it('tells the outcome with its reason, and a new stage', () => {
    const ended = aTracked({
      splits: [],
      checks: [],
      outcome: 'RolledBack',
      reason: 'too slow',
      endedAt: START + 61_000,
    });
    const stage = { title: 'Last', number: 3, of: 3 };
    expect(plainEvents(before, aSnapshot({ rollouts: [ended], stage, now: START + 62_000 }))).toEqual([
      '10:01:01  ↩ yelb-appserver  1a2b3c4d → 9f8e7d6c  rolled back after 1 min 1 s: too slow',
      '10:01:02  stage 3 of 3: Last',
    ]);
  });
});
