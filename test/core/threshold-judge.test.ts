import * as fc from 'fast-check';
import type { Observation } from '../../core/health/observation';
import { judgeByThreshold } from '../../core/health/threshold-judge';
import { aDeployConfig, aJudgeInput, anObservation, iso, NOON } from '../_helpers/builders';

const health = (changes: Record<string, unknown>) => aDeployConfig({ health: changes }).health;
const judge = (observations: Observation[], changes: Parameters<typeof aJudgeInput>[0] = {}) =>
  judgeByThreshold(aJudgeInput({ observations, ...changes }));

const minutes = (count: number, changes: Partial<Observation> = {}) =>
  Array.from({ length: count }, (_, minute) => anObservation(minute, changes));

describe('judgeByThreshold', () => {
  it('advances when the newest whole minute keeps every limit', () => {
    expect(judge(minutes(10))).toMatchObject({ verdict: 'advance' });
  });

  it('holds without any data, and rolls back at no_data_deadline', () => {
    expect(judge([], { now: NOON + 599_000 })).toMatchObject({ verdict: 'hold', missingData: true });
    expect(judge([], { now: NOON + 600_000 })).toMatchObject({ verdict: 'roll_back' });
  });

  it('holds for a person at no_data_deadline when on_no_data says so', () => {
    const forPerson = { health: health({ on_no_data: 'hold' }), now: NOON + 10_000_000 };
    expect(judge([], forPerson)).toMatchObject({ verdict: 'hold', missingData: true });
  });

  it('holds on fewer than min_requests, however good they look', () => {
    expect(judge(minutes(10, { requests: 19 }))).toMatchObject({ verdict: 'hold', missingData: true });
  });

  it('does not use a minute that is still running', () => {
    expect(judge(minutes(1), { now: NOON + 59_999 })).toMatchObject({ verdict: 'hold' });
    expect(judge(minutes(1), { now: NOON + 60_000 })).toMatchObject({ verdict: 'advance' });
  });

  it('does not use a minute that began before the canary got traffic', () => {
    expect(judge([anObservation(0)], { underTrafficSince: NOON + 1, now: NOON + 90_000 })).toMatchObject({
      verdict: 'hold',
    });
  });

  it('holds when the newest judged minute is older than max_data_age', () => {
    expect(judge(minutes(5), { now: NOON + 480_000 })).toMatchObject({ verdict: 'advance' });
    expect(judge(minutes(5), { now: NOON + 481_000 })).toMatchObject({ verdict: 'hold', missingData: true });
  });

  it('demands a minute begun after the last shift when asked to', () => {
    expect(judge(minutes(10), { freshSince: NOON + 540_000 })).toMatchObject({ verdict: 'advance' });
    expect(judge(minutes(10), { freshSince: NOON + 540_001 })).toMatchObject({ verdict: 'hold' });
  });

  it('holds after the first broken minute and rolls back after the second in a row', () => {
    const bad = { errors: 50 };
    expect(judge([...minutes(9), anObservation(9, bad)])).toMatchObject({ verdict: 'hold' });
    expect(judge([...minutes(8), anObservation(8, bad), anObservation(9, bad)])).toMatchObject({
      verdict: 'roll_back',
    });
    expect(
      judge([...minutes(7), anObservation(7, bad), anObservation(8), anObservation(9, bad)]),
    ).toMatchObject({ verdict: 'hold' });
  });

  it('rolls back at the first broken minute with failed_checks 1', () => {
    expect(judge([anObservation(9, { errors: 2 })], { health: health({ failed_checks: 1 }) })).toMatchObject({
      verdict: 'roll_back',
    });
  });

  it('keeps a success rate exactly at its limit', () => {
    const limits = { health: health({ failed_checks: 1, checks: [{ type: 'success_rate', min: 98 }] }) };
    expect(judge([anObservation(9, { errors: 2 })], limits)).toMatchObject({ verdict: 'advance' });
    expect(judge([anObservation(9, { errors: 3 })], limits)).toMatchObject({ verdict: 'roll_back' });
  });

  it('judges the latency quantile, and holds when the store has none', () => {
    const limits = {
      health: health({ failed_checks: 1, checks: [{ type: 'latency', quantile: 'p99', max_millis: 50 }] }),
    };
    expect(judge([anObservation(9)], limits)).toMatchObject({ verdict: 'advance' });
    expect(judge([anObservation(9, { latencyMillis: { p99: 50.1 } })], limits)).toMatchObject({
      verdict: 'roll_back',
    });
    expect(judge([anObservation(9, { latencyMillis: {} })], limits)).toMatchObject({ verdict: 'hold' });
  });

  it('tolerates exactly max server errors in the window, and one more rolls back at once', () => {
    const limits = { health: health({ checks: [{ type: 'server_errors', max: 5, window: 600 }] }) };
    expect(judge([anObservation(1, { errors: 3 }), anObservation(9, { errors: 2 })], limits)).toMatchObject({
      verdict: 'advance',
    });
    expect(judge([anObservation(1, { errors: 3 }), anObservation(9, { errors: 3 })], limits)).toMatchObject({
      verdict: 'roll_back',
    });
  });

  it('holds on a missing alarm or one without data, and rolls back in ALARM', () => {
    const check = { type: 'alarm' as const, name: 'shop-down' };
    const withAlarm = (alarm: 'ok' | 'alarm' | 'insufficient_data' | 'missing') =>
      judge(minutes(10), { health: health({ checks: [check] }), readings: [{ check, alarm }] }).verdict;
    expect([
      withAlarm('ok'),
      withAlarm('insufficient_data'),
      withAlarm('missing'),
      withAlarm('alarm'),
    ]).toEqual(['advance', 'hold', 'hold', 'roll_back']);
  });

  it('holds when a metric check was not read or has no value', () => {
    const custom = health({ checks: [{ type: 'metric', namespace: 'Shop', name: 'Queue', max: 5 }] });
    const check = custom.checks[0] as never;
    expect(judge(minutes(10), { health: custom })).toMatchObject({ verdict: 'hold' });
    expect(judge(minutes(10), { health: custom, readings: [{ check, values: [] }] })).toMatchObject({
      verdict: 'hold',
    });
    expect(
      judge(minutes(10), { health: custom, readings: [{ check, values: [{ start: iso(0), value: 5 }] }] }),
    ).toMatchObject({ verdict: 'advance' });
    const beyond = [
      { start: iso(0), value: 6 },
      { start: iso(60), value: 7 },
    ];
    expect(judge(minutes(10), { health: custom, readings: [{ check, values: beyond }] })).toMatchObject({
      verdict: 'roll_back',
    });
  });

  it('judges a first release that nobody calls by its tasks, but not one whose few callers fail', () => {
    const ready = { firstReleaseReadySince: NOON };
    expect(judge([], { ...ready, now: NOON + 299_000 })).toMatchObject({ verdict: 'hold' });
    expect(judge([], { ...ready, now: NOON + 300_000 })).toMatchObject({ verdict: 'advance' });
    expect(judge([], ready)).toMatchObject({ verdict: 'advance' });
    expect(judge(minutes(10, { requests: 3 }), ready)).toMatchObject({ verdict: 'advance' });
    expect(judge(minutes(10, { requests: 3, errors: 3 }), ready)).toMatchObject({ verdict: 'hold' });
    expect(judge(minutes(10, { errors: 100 }), ready)).toMatchObject({ verdict: 'roll_back' });
  });

  const observation = fc.record({
    minute: fc.integer({ min: -5, max: 15 }),
    requests: fc.integer({ min: 0, max: 200 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    p99: fc.option(fc.double({ min: 0, max: 2000, noNaN: true })),
  });

  it('never advances without a young enough whole minute of min_requests that keeps the limits', () => {
    fc.assert(
      fc.property(
        fc.array(observation, { maxLength: 12 }),
        fc.integer({ min: 0, max: 900 }),
        (raw, seconds) => {
          const observations = raw.map(({ minute, requests, share, p99 }) =>
            anObservation(minute, {
              requests,
              errors: Math.floor(requests * share),
              latencyMillis: p99 === null ? {} : { p99 },
            }),
          );
          const now = NOON + seconds * 1000;
          const { verdict } = judge(observations, { now });
          const good = observations.some((o) => {
            const start = Date.parse(o.start);
            const age = now - start - 60_000;
            return (
              start >= NOON && age >= 0 && age <= 180_999 && o.requests >= 20 && o.errors / o.requests <= 0.01
            );
          });
          expect(verdict !== 'advance' || good).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the same verdict for the same input, in whatever order the minutes come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(observation, { maxLength: 8, selector: (o) => o.minute }), (raw) => {
        const observations = raw.map(({ minute, requests }) => anObservation(minute, { requests }));
        expect(judge([...observations].reverse())).toEqual(judge(observations));
      }),
    );
  });
});
