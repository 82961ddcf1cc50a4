import { matchesError } from '../../../rehearsal/state-machine/errors';
import { evaluate, parseIntrinsic } from '../../../rehearsal/state-machine/intrinsics';
import {
  applyResultPath,
  filterPath,
  findPath,
  pathProblem,
} from '../../../rehearsal/state-machine/json-path';
import { createRetryPlan } from '../../../rehearsal/state-machine/retry';
import { fillTemplate } from '../../../rehearsal/state-machine/template';
import { parseTimestamp } from '../../../rehearsal/state-machine/timestamp';

const scope = (data: unknown, context: unknown = {}) => ({ data, context });

describe('findPath', () => {
  it.each([
    ['$', { a: 1 }, { a: 1 }],
    ['$.a.b', { a: { b: [1] } }, [1]],
    ['$.a[1]', { a: [1, 2] }, 2],
    ["$['with space']", { 'with space': 0 }, 0],
    ["$['aws:tag']['a.b']", { 'aws:tag': { 'a.b': 0 } }, 0],
    ['$.a', { a: null }, null],
    ['$.a', { a: false }, false],
    ['$.a', { a: [] }, []],
    ['$.a[*].b', { a: [{ b: 1 }, { b: 2 }] }, [1, 2]],
    ['$.none[*]', {}, []],
    ['$.a[0:2]', { a: [1, 2, 3] }, [1, 2]],
    ['$..b', { a: { b: 1 }, b: 2 }, [2, 1]],
  ])('reads %s', (path, data, value) => {
    expect(findPath(path, scope(data))).toEqual({ value });
  });

  it.each(['$.a', '$.b.c', '$.list[3]', '$.text.a'])('finds nothing at %s', (path) => {
    expect(findPath(path, scope({ b: 1, list: [0], text: 'x' }))).toBeUndefined();
  });

  it('reads data that is no object', () => {
    for (const value of ['text', 7, true, null]) expect(findPath('$', scope(value))).toEqual({ value });
    expect(findPath('$.a', scope('text'))).toBeUndefined();
  });

  it('reads the context object', () => {
    expect(findPath('$$.Execution.Name', scope({}, { Execution: { Name: 'r1' } }))).toEqual({ value: 'r1' });
  });
});

describe('pathProblem', () => {
  it.each(["$['(odd)?']", "$['a*b']", "$['a,b']", '$.a~', '$.a^', '$.a@string()'])('refuses %s', (path) => {
    expect(pathProblem(path)).toMatch(/is not known to this interpreter/);
  });
});

describe('filterPath', () => {
  it('fails in AWS’s words', () => {
    expect(() => filterPath('$.a.b', scope({}))).toThrow(
      "Invalid path '$.a.b' : No results for path: $['a']['b']",
    );
  });
});

describe('applyResultPath', () => {
  it('writes into a copy, making what is missing on the way', () => {
    const input = { a: { b: 1 } };
    expect(applyResultPath('$.a.c.d', input, 2)).toEqual({ a: { b: 1, c: { d: 2 } } });
    expect(applyResultPath("$.list['x y']", { list: {} }, 2)).toEqual({ list: { 'x y': 2 } });
    expect(applyResultPath('$.list[0]', { list: [1, 5] }, 2)).toEqual({ list: [2, 5] });
    expect(input).toEqual({ a: { b: 1 } });
  });

  it.each([
    ['$.a.b', { a: 1 }],
    ['$.list[2]', { list: [1] }],
    ['$.a', 'text'],
  ])('fails where %s cannot be written', (path, input) => {
    expect(() => applyResultPath(path, input, 2)).toThrow(/States.ResultPathMatchFailure/);
  });
});

describe('fillTemplate', () => {
  it('fails for a path that finds nothing, naming the field', () => {
    expect(() => fillTemplate({ 'a.$': '$.none' }, scope({ b: 1 }))).toThrow(
      `The JSONPath '$.none' specified for the field 'a.$' could not be found in the input '{"b":1}'`,
    );
  });
});

describe('intrinsic functions', () => {
  const run = (text: string, data: unknown = {}) => evaluate(parseIntrinsic(text), scope(data));

  it.each([
    ["States.Format('\\{{}\\} \\\\ {}', 1, 'two')", '{1} \\ two'],
    ["States.Format('{}', States.JsonToString($))", '{"a":[1,1,2]}'],
    ['States.ArrayUnique($.a)', [1, 2]],
    ['States.ArrayRange(9, 1, -4)', [9, 5, 1]],
    ["States.StringSplit('a.b+c', '.+')", ['a', 'b', 'c']],
    ["States.Base64Decode('Y2FuYXJ5')", 'canary'],
    ['States.MathAdd(1.6, -1)', 1],
    ['States.Array()', []],
    ["States.Array($['a'][0], true)", [1, true]],
  ])('works out %s', (text, value) => {
    expect(run(text, { a: [1, 1, 2] })).toEqual(value);
  });

  it('makes a different UUID each time', () => {
    expect(run('States.UUID()')).not.toBe(run('States.UUID()'));
  });

  it.each([
    "States.Format('{}', 1, 2)",
    "States.StringToJson('{')",
    'States.ArrayGetItem($.a, 9)',
    'States.ArrayPartition($.a, 0)',
    'States.ArrayRange(1, 2000, 1)',
    "States.MathAdd('1', 1)",
    "States.Hash('a', 'CRC')",
    'States.JsonMerge($, $, true)',
    'States.ArrayLength($.none)',
  ])('fails %s with States.IntrinsicFailure', (text) => {
    expect(() => run(text, { a: [1] })).toThrow(/^States.IntrinsicFailure/);
  });
});

describe('matchesError', () => {
  it.each([
    ['States.ALL', 'Boom', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.Runtime', 'States.Runtime', false],
    ['States.TaskFailed', 'Boom', true],
    ['States.TaskFailed', 'Lambda.Unknown', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.HeartbeatTimeout', false],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.HeartbeatTimeout', 'States.Timeout', false],
    ['Boom', 'boom', false],
  ])('%s takes %s: %s', (wanted, error, expected) => {
    expect(matchesError([wanted], error)).toBe(expected);
  });
});

describe('createRetryPlan', () => {
  it('counts each retrier apart, with the language’s defaults', () => {
    const plan = createRetryPlan(
      [{ ErrorEquals: ['A'] }, { ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      () => 1,
    );
    expect(['A', 'A', 'B', 'A', 'A', 'B'].map((error) => plan.next(error))).toEqual([
      1,
      2,
      1,
      4,
      undefined,
      undefined,
    ]);
    expect(plan.granted).toBe(4);
  });
});

describe('parseTimestamp', () => {
  it('takes RFC 3339 with T and an offset only', () => {
    expect(parseTimestamp('2026-01-01T00:00:00.5+01:00')).toBe(Date.UTC(2025, 11, 31, 23, 0, 0, 500));
    for (const wrong of [
      '2026-01-01 00:00:00Z',
      '2026-01-01T00:00:00',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      7,
    ]) {
      expect(parseTimestamp(wrong)).toBeUndefined();
    }
  });
});
