import * as fc from 'fast-check';
import { isLargerThan } from '../../../core/config/json-size';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('isLargerThan', () => {
  it('never takes a value for larger than it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !isLargerThan(value, bytesOf(value))));
  });

  it.each([
    ['a text', 'x'.repeat(50)],
    ['a number', -1.5e300],
    ['words', [true, false, null]],
    ['a list of lists', [[], [[]], [1, 2, 3]]],
    ['an object', { a: { b: 'c', '': {} }, d: [10, 'e'] }],
  ])('counts %s to the byte', (_what, value) => {
    expect(isLargerThan(value, bytesOf(value))).toBe(false);
    expect(isLargerThan(value, bytesOf(value) - 1)).toBe(true);
  });

  it('looks at no member of what is too large already', () => {
    const member = jest.fn(() => 1);
    const value = Object.defineProperty({ long: 'x'.repeat(200) }, 'k'.repeat(100), {
      get: member,
      enumerable: true,
    });

    expect(isLargerThan(value, 100)).toBe(true);
    expect(member).not.toHaveBeenCalled();
  });

  it('comes to an end with what contains itself', () => {
    const value: unknown[] = [];
    value.push(value);

    expect(isLargerThan(value, 1000)).toBe(true);
  });
});
