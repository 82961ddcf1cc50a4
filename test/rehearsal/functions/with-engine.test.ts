import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRehearsalClock } from '../../../rehearsal/clock/rehearsal-clock';
import { createFunctionRunner } from '../../../rehearsal/functions/function-runner';
import { createStateMachineEngine } from '../../../rehearsal/state-machine/engine';

const BUNDLES: Readonly<Record<string, string>> = {
  step: `exports.handler = async ({ weight }) => ({ weight: weight + 50, at: new Date().toISOString() });`,
  flaky: `let calls = 0; exports.handler = async () => {
    if (++calls === 1) { const error = new Error('slow down'); error.name = 'ThrottlingException'; throw error; }
    return 'fine';
  };`,
  slow: `exports.handler = () => new Promise((resolve) => setTimeout(() => resolve('late'), 300));`,
};
const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
const task = (name: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: arnOf(name), 'Payload.$': '$' },
  ResultSelector: { 'result.$': '$.Payload' },
  OutputPath: '$.result',
  ...more,
});

describe('the engine with real functions', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'engine-'));
    for (const [name, code] of Object.entries(BUNDLES)) {
      mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, name, 'index.js'), code);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function setUp(definition: object) {
    const clock = createRehearsalClock({ speed: 600, start: Date.UTC(2031, 0, 1) });
    const functions = createFunctionRunner({
      clock,
      functions: Object.keys(BUNDLES).map((name) => ({
        name,
        arn: arnOf(name),
        bundleDir: path.join(folder, name),
        handler: 'index.handler',
        environment: {},
        timeoutSeconds: 10,
        memoryMb: 128,
        roleName: 'role',
      })),
      endpointUrl: 'http://127.0.0.1:1',
      accessKeyFor: () => 'KEY',
      region: 'eu-west-1',
    });
    const engine = createStateMachineEngine({
      clock,
      functions,
      region: 'eu-west-1',
      account: '123456789012',
      machines: [
        {
          name: 'rollout',
          definition: JSON.stringify(definition),
          roleArn: 'arn:aws:iam::123456789012:role/m',
        },
      ],
      generalValidator: false,
    });
    const begin = (input: object) =>
      engine.start({
        stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:rollout',
        name: 'r1',
        input: JSON.stringify(input),
      }).executionArn;
    return { clock, engine, functions, begin };
  }

  it('steps to full weight at the machine’s pace, in virtual time, the functions’ own dates included', async () => {
    const { engine, functions, begin } = setUp({
      StartAt: 'ShiftTraffic',
      States: {
        ShiftTraffic: task('step', { Next: 'WaitForTraffic' }),
        WaitForTraffic: { Type: 'Wait', Seconds: 60, Next: 'Enough' },
        Enough: {
          Type: 'Choice',
          Choices: [{ Variable: '$.weight', NumericLessThan: 100, Next: 'ShiftTraffic' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    });
    const record = await engine.settled(begin({ weight: 0 }));
    await functions.stop();
    const output = JSON.parse(record.output ?? '{}');
    expect(output.weight).toBe(100);
    expect(record.stoppedAt! - record.startedAt).toBeGreaterThanOrEqual(120_000);
    const secondStep = Date.parse(output.at) - record.startedAt;
    expect(secondStep).toBeGreaterThanOrEqual(60_000);
    expect(secondStep).toBeLessThan(record.stoppedAt! - record.startedAt);
  });

  it('retries what a function throws by its name', async () => {
    const retry = [{ ErrorEquals: ['ThrottlingException'], IntervalSeconds: 30 }];
    const { engine, functions, begin } = setUp({
      StartAt: 'Try',
      States: { Try: task('flaky', { Retry: retry, End: true }) },
    });
    const record = await engine.settled(begin({}));
    await functions.stop();
    expect(record.output).toBe('"fine"');
  });

  it('drops the answer of a function that outlives its execution', async () => {
    const { engine, functions, begin } = setUp({
      StartAt: 'Slow',
      States: { Slow: task('slow', { End: true }) },
    });
    const arn = begin({});
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = engine.stop(arn, { error: 'Manual' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(engine.describe(arn)).toEqual(stopped);
    expect(engine.history(arn)?.at(-1)?.type).toBe('ExecutionAborted');
    await functions.stop();
  });
});
