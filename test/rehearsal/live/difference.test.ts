import * as fc from 'fast-check';
import { applied, differenceOf, type Json } from '../../../rehearsal/live/difference';
import { aCrowdedState, aRolledBackState, aRunningState } from './sample-state';

const json = (state: unknown): Json => JSON.parse(JSON.stringify(state));

/** JSON has no undefined, no negative zero. */
const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => json(value));

describe('the difference of two states', () => {
  it('makes any JSON value into any other', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (before, after) => {
        const difference = differenceOf(before, after);
        expect(difference === null ? before : applied(before, json(difference) as never)).toEqual(after);
      }),
    );
  });

  it('makes any list of records into any other, whichever records it keeps', () => {
    const lists = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 6 }), text: fc.string({ maxLength: 2 }) }),
    );
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const difference = differenceOf(before, after);
        expect(difference === null ? before : applied(before, difference)).toEqual(after);
      }),
    );
  });

  it('is null between equal values', () => {
    expect(differenceOf(json(aCrowdedState()), json(aCrowdedState()))).toBeNull();
  });

  it('costs a window that slides only what came', () => {
    const points = Array.from({ length: 600 }, (_, at) => ({ at: String(at), requests: at }));
    const next = [...points.slice(1), { at: '600', requests: 600 }];
    expect(JSON.stringify(differenceOf(points, next)).length).toBeLessThan(80);
    const events = Array.from({ length: 200 }, (_, at) => ({ at: String(-at), text: 'the same' }));
    const newer = [{ at: '1', text: 'new' }, ...events.slice(0, -1)];
    expect(JSON.stringify(differenceOf(events, newer)).length).toBeLessThan(80);
  });

  it('leaves what did not change the very same object', () => {
    const before = json(aRunningState()) as Record<string, Json>;
    const difference = differenceOf(before, { ...before, now: 'later' });
    const after = applied(before, difference!) as Record<string, Json>;
    expect(after.rollouts).toBe(before.rollouts);
    expect(after.now).toBe('later');
  });

  it('tells a state from another, with members that come and go', () => {
    const [before, after] = [json(aRunningState()), json(aRolledBackState())];
    expect(applied(before, differenceOf(before, after)!)).toEqual(after);
    expect(applied(after, differenceOf(after, before)!)).toEqual(before);
  });

  it('takes the name of a prototype as any other name', () => {
    const [before, after] = [JSON.parse('{"a":1}'), JSON.parse('{"__proto__":{"x":1},"a":1}')];
    const result = applied(before, differenceOf(before, after)!);
    expect(JSON.stringify(result)).toBe('{"a":1,"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});
