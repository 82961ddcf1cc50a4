import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { aMachine, invoke, only, type Script } from './a-machine';

/**
 * A second opinion: the same definitions in moto's engine, which is not ours. Equal must be the status, the output, the
 * error name, the cause, the states entered, the types of all events and the seconds waited. Where the two disagree on purpose, the case
 * says why, and both answers are pinned.
 */

interface Answer {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | null;
  readonly cause: string | null;
  readonly states: readonly string[];
  readonly events: readonly string[];
  /** Waits and retry intervals together. */
  readonly seconds: number;
}

interface Case {
  readonly name: string;
  readonly definition: object;
  readonly input?: unknown;
  readonly scripts?: Readonly<Record<string, Script>>;
  /** Members of the answer where moto differs, with what it says, and why ours is right. */
  readonly motoDiffers?: {
    readonly why: string;
    readonly moto: Partial<Answer>;
    readonly ours: Partial<Answer>;
  };
}

const pass = { Type: 'Pass', End: true };
const payload = { ResultSelector: { 'value.$': '$.Payload' } };
const choice = (rules: object[], more: object = { Default: 'No' }) => ({
  StartAt: 'Pick',
  States: { Pick: { Type: 'Choice', Choices: rules, ...more }, Yes: pass, No: pass },
});
const rule = (operator: string, wanted: unknown, variable = '$.value') => ({
  Variable: variable,
  [operator]: wanted,
  Next: 'Yes',
});
const choiceCases: readonly (readonly [string, unknown, unknown])[] = [
  ['StringEquals', 'advance', 'advance'],
  ['StringEquals', 'advance', 7],
  ['StringLessThan', 'b', 'a'],
  ['StringGreaterThanEquals', 'b', 'b'],
  ['StringMatches', 'yelb-*', 'yelb-ui'],
  ['StringMatches', 'a.c', 'abc'],
  ['NumericEquals', 100, 100],
  ['NumericEquals', 1, 1.0],
  ['NumericEquals', 1, true],
  ['NumericGreaterThan', 50, 51.5],
  ['NumericLessThanEquals', 50, 51],
  ['BooleanEquals', true, true],
  ['BooleanEquals', true, 'true'],
  ['TimestampLessThan', '2026-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  ['IsNull', true, null],
  ['IsNull', false, 1],
  ['IsString', true, 'x'],
  ['IsNumeric', true, 'x'],
  ['IsBoolean', true, false],
  ['IsPresent', true, null],
];

const work = (more: object, next: object = {}) => ({
  StartAt: 'Work',
  States: {
    Work: invoke('worker', { ...payload, End: true, ...more }),
    ...next,
  },
});
const boom: Script = [{ error: 'Boom', message: 'no' }];

const direct = (more: object, next: object = {}) => ({
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:worker',
      End: true,
      ...more,
    },
    ...next,
  },
});

const CASES: readonly Case[] = [
  {
    name: 'a function as resource, with Parameters and ResultPath',
    definition: direct({ Parameters: { 'id.$': '$.id' }, ResultPath: '$.result' }),
    input: { id: 'r1' },
    scripts: { worker: [{ ok: { weight: 10 } }] },
  },
  {
    name: 'a function as resource, without Parameters',
    definition: direct({ InputPath: '$.service' }),
    input: { service: { name: 'ui' } },
    scripts: { worker: [{ ok: null }] },
  },
  {
    name: 'a function as resource that fails, retried and caught',
    definition: direct(
      {
        Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 4, MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Caught' }],
      },
      { Caught: pass },
    ),
    input: { sha: 'abc' },
    scripts: { worker: boom },
  },
  ...choiceCases.map(([operator, wanted, value]) => ({
    name: `${operator} ${JSON.stringify(wanted)} of ${JSON.stringify(value)}`,
    definition: choice([rule(operator, wanted)]),
    input: { value },
  })),
  { name: 'IsPresent of nothing', definition: choice([rule('IsPresent', false, '$.none')]), input: {} },
  {
    name: 'a comparison with another path',
    definition: choice([rule('NumericLessThanPath', '$.limit')]),
    input: { value: 1, limit: 2 },
  },
  {
    name: 'And, Or and Not',
    definition: choice([
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          {
            Or: [
              { Variable: '$.a', NumericEquals: 1 },
              { Variable: '$.a', NumericEquals: 2 },
            ],
          },
          { Not: { Variable: '$.b', BooleanEquals: true } },
        ],
        Next: 'Yes',
      },
    ]),
    input: { a: 2, b: false },
  },
  {
    name: 'a Choice on the context object',
    definition: choice([rule('StringEquals', 'one', '$$.Execution.Name')]),
  },
  {
    name: 'a Choice without variable',
    definition: choice([rule('StringEquals', 'x')]),
    input: {},
    motoDiffers: {
      why: 'moto takes the default; AWS fails: "The choice state\'s condition path references an invalid value"',
      moto: { status: 'SUCCEEDED', states: ['Pick', 'No'] },
      ours: { status: 'FAILED', error: 'States.Runtime', states: ['Pick'] },
    },
  },
  {
    name: 'Pass with Result, ResultPath and OutputPath',
    definition: only({ ...pass, Result: { weight: 10 }, ResultPath: '$.plan.next', OutputPath: '$.plan' }),
    input: { plan: { last: 0 } },
  },
  {
    name: 'Pass with InputPath and Parameters',
    definition: only({
      ...pass,
      InputPath: '$.service',
      Parameters: { 'name.$': '$.name', fixed: [1, { 'deep.$': '$.ports[1]' }], 'all.$': '$.ports[*]' },
      ResultPath: '$.made',
    }),
    input: { service: { name: 'ui', ports: [80, 443] } },
  },
  { name: 'null paths', definition: only({ ...pass, InputPath: null, OutputPath: null }), input: { a: 1 } },
  { name: 'a null ResultPath', definition: only({ ...pass, Result: 1, ResultPath: null }), input: { a: 1 } },
  {
    name: 'intrinsic functions',
    definition: only({
      ...pass,
      Parameters: {
        'text.$': "States.Format('{} to {}: {}', $.from, $.to, States.MathAdd($.to, -10))",
        'json.$': 'States.StringToJson(\'{"a":[1,2]}\')',
        'string.$': 'States.JsonToString($.list)',
        'list.$': "States.Array(1, $.from, 'x')",
        'length.$': 'States.ArrayLength($.list)',
        'item.$': 'States.ArrayGetItem($.list, 1)',
        'has.$': 'States.ArrayContains($.list, 3)',
        'range.$': 'States.ArrayRange(1, 9, 2)',
        'parts.$': 'States.ArrayPartition($.list, 2)',
        'split.$': "States.StringSplit('a-b-c', '-')",
        'merged.$': 'States.JsonMerge($.one, $.two, false)',
        'hash.$': "States.Hash('canary', 'SHA-256')",
        'base64.$': "States.Base64Encode('canary')",
        'sum.$': 'States.MathAdd($.from, -3)',
        'nested.$': 'States.ArrayLength(States.ArrayRange(1, $.from, 1))',
      },
    }),
    input: { from: 10, to: 20, list: [3, 4, 5], one: { a: 1, b: 1 }, two: { b: 2 } },
  },
  {
    name: 'an escaped apostrophe',
    definition: only({ ...pass, Parameters: { 'a.$': "States.Format('it\\'s {}', $.b)" } }),
    input: { b: 1 },
    motoDiffers: {
      why: 'moto stops reading at the escape and drops the rest; AWS documents it',
      moto: { status: 'SUCCEEDED', output: { a: 'it\\\\' } },
      ours: { status: 'SUCCEEDED', output: { a: "it's 1" } },
    },
  },
  {
    name: 'a list in a template',
    definition: only({ ...pass, Parameters: { 'a.$': "States.Format('{}', $.b)" } }),
    input: { b: [1, 2] },
    motoDiffers: {
      why: 'moto writes the list as Python does, with a blank; the States Language has JSON',
      moto: { status: 'SUCCEEDED', output: { a: '[1, 2]' } },
      ours: { status: 'SUCCEEDED', output: { a: '[1,2]' } },
    },
  },
  {
    name: 'a list with null in it',
    definition: only({ ...pass, Parameters: { 'a.$': 'States.Array(1, null)' } }),
    motoDiffers: {
      why: 'moto drops the null; AWS documents null as an argument',
      moto: { status: 'SUCCEEDED', output: { a: [1] } },
      ours: { status: 'SUCCEEDED', output: { a: [1, null] } },
    },
  },
  {
    name: 'a path in Parameters that finds nothing',
    definition: only({ ...pass, Parameters: { 'a.$': '$.b' } }),
    input: {},
  },
  { name: 'an InputPath that finds nothing', definition: only({ ...pass, InputPath: '$.b' }), input: {} },
  { name: 'a wait of literal seconds', definition: only({ Type: 'Wait', Seconds: 5, End: true }) },
  {
    name: 'a wait of seconds from the input',
    definition: only({ Type: 'Wait', SecondsPath: '$.pace', OutputPath: '$.pace', End: true }),
    input: { pace: 60 },
  },
  {
    name: 'a negative wait',
    definition: only({ Type: 'Wait', SecondsPath: '$.pace', End: true }),
    input: { pace: -1 },
  },
  { name: 'a task', definition: work({}), scripts: { worker: [{ ok: [1, 2] }] } },
  {
    name: 'a task whose result is kept beside its input',
    definition: work({ ResultPath: '$.result', OutputPath: '$' }),
    input: { sha: 'abc' },
    scripts: { worker: [{ ok: { weight: 10 } }] },
  },
  {
    name: 'retries that end well',
    definition: work({
      Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }],
    }),
    scripts: { worker: [...boom, ...boom, { ok: 1 }] },
  },
  {
    name: 'retries that are used up',
    definition: work({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }),
    scripts: { worker: boom },
  },
  {
    name: 'no retry for another error',
    definition: work({ Retry: [{ ErrorEquals: ['Other'] }] }),
    scripts: { worker: boom },
  },
  {
    name: 'a retrier that forbids before one that allows',
    definition: work({ Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }] }),
    scripts: { worker: boom },
  },
  {
    name: 'a catcher by name, with the error beside the input',
    definition: work(
      { Catch: [{ ErrorEquals: ['Boom'], ResultPath: '$.failure', Next: 'Caught' }] },
      { Caught: pass },
    ),
    input: { sha: 'abc' },
    scripts: { worker: boom },
  },
  {
    name: 'a catcher that replaces the input',
    definition: work({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }] }, { Caught: pass }),
    scripts: { worker: boom },
  },
  {
    name: 'the second of two catchers, after a retry',
    definition: work(
      {
        Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Wrong' },
          { ErrorEquals: ['States.ALL'], Next: 'Caught' },
        ],
      },
      { Caught: pass, Wrong: pass },
    ),
    scripts: { worker: boom },
  },
  { name: 'an error that nothing catches', definition: work({}), scripts: { worker: boom } },
  { name: 'Fail', definition: only({ Type: 'Fail', Error: 'RolledBack', Cause: 'slow' }) },
  {
    name: 'Fail with paths',
    definition: only({ Type: 'Fail', ErrorPath: '$.outcome', CausePath: "States.Format('at {}', $.weight)" }),
    input: { outcome: 'RolledBack', weight: 20 },
  },
  {
    name: 'Fail with a path that finds nothing',
    definition: only({ Type: 'Fail', ErrorPath: '$.none' }),
    input: {},
  },
  {
    name: 'Succeed with OutputPath',
    definition: only({ Type: 'Succeed', OutputPath: '$.a' }),
    input: { a: { b: 1 } },
  },
  {
    name: 'a loop until a counter is reached',
    definition: {
      StartAt: 'Add',
      States: {
        Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Pause' },
        Pause: { Type: 'Wait', Seconds: 1, Next: 'Enough' },
        Enough: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericLessThan: 4, Next: 'Add' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    },
    input: { n: 0 },
  },
];

function python(): string {
  const found = process.env.ECS_CANARY_PYTHON ?? path.resolve('.venv', 'bin', 'python');
  if (existsSync(found)) return found;
  throw new Error(
    `no Python at "${found}": run "make setup-test", or set ECS_CANARY_PYTHON to one with moto[stepfunctions]==5.2.5`,
  );
}

function askMoto(cases: readonly Case[]): Promise<readonly Answer[]> {
  const script = path.join(__dirname, 'moto_engine.py');
  return new Promise((resolve, reject) => {
    const child = execFile(python(), [script], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else
        reject(
          new Error(
            `moto's engine did not run: install moto[stepfunctions]==5.2.5 (pip)\n${stderr.slice(-2000)}`,
          ),
        );
    });
    child.stdin?.end(JSON.stringify(cases.map((one) => ({ input: {}, ...one }))));
  });
}

async function askOurs(one: Case): Promise<Answer> {
  const machine = aMachine(one.definition, { scripts: one.scripts });
  const record = await machine.finish(one.input ?? {});
  return {
    status: record.status,
    output: record.output === undefined ? null : JSON.parse(record.output),
    error: record.error ?? null,
    cause: record.cause ?? null,
    states: machine.states.filter((event) => event.kind === 'entered').map((event) => event.state),
    events: (machine.engine.history(record.executionArn) ?? []).map((event) => event.type ?? ''),
    seconds: ((record.stoppedAt ?? Number.NaN) - record.startedAt) / 1000,
  };
}

describe('the interpreter beside moto’s', () => {
  let moto: readonly Answer[];
  beforeAll(async () => {
    moto = await askMoto(CASES);
  }, 60_000);

  it.each(CASES.map((one, index) => [one.name, one, index] as const))(
    'agrees on %s',
    async (_name, one, index) => {
      const ours = await askOurs(one);
      const theirs = moto[index]!;
      if (one.motoDiffers === undefined) expect(ours).toEqual(theirs);
      else {
        expect(theirs).toMatchObject(one.motoDiffers.moto);
        expect(ours).toMatchObject(one.motoDiffers.ours);
      }
    },
  );
});
