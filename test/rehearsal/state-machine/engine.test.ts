import { ACCOUNT, aMachine, invoke, only, REGION, ROLE } from './a-machine';

const payloadOnly = { ResultSelector: { 'got.$': '$.Payload' } };
const types = (events: readonly { type?: string }[] | undefined) => events?.map((event) => event.type);

describe('createStateMachineEngine', () => {
  it('runs a task and keeps the history that AWS keeps', async () => {
    const machine = aMachine(
      {
        StartAt: 'Work',
        States: { Work: invoke('worker', { ...payloadOnly, Next: 'Done' }), Done: { Type: 'Succeed' } },
      },
      { scripts: { worker: [{ ok: { weight: 10 } }] } },
    );
    const record = await machine.finish({ a: 1 });
    expect(record).toMatchObject({ status: 'SUCCEEDED', output: '{"got":{"weight":10}}', input: '{"a":1}' });
    const events = machine.engine.history(record.executionArn) ?? [];
    expect(types(events)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.map((event) => event.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(events.map((event) => event.previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6, 7, 8]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: REGION,
      parameters: '{"FunctionName":"worker","Payload":{"a":1}}',
    });
    expect(JSON.parse(events[4]?.taskSucceededEventDetails?.output ?? '')).toMatchObject({
      ExecutedVersion: '$LATEST',
      StatusCode: 200,
      Payload: { weight: 10 },
    });
    expect(machine.invocations[0]?.functionArn).toBe(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`);
    expect(machine.statuses.map((event) => event.status)).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(machine.states.map((event) => `${event.kind} ${event.state}`)).toEqual([
      'entered Work',
      'exited Work',
      'entered Done',
      'exited Done',
    ]);
  });

  it('gives a function that is the resource itself the state’s input, and hands its result on', async () => {
    const Resource = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`;
    const machine = aMachine(only({ Type: 'Task', Resource, InputPath: '$.service', End: true }), {
      scripts: { worker: [{ ok: { weight: 10 } }] },
    });
    const record = await machine.finish({ service: { name: 'ui' } });
    expect(record.output).toBe('{"weight":10}');
    expect(machine.invocations[0]).toMatchObject({ functionArn: Resource, payload: { name: 'ui' } });
    expect(types(machine.engine.history(record.executionArn))?.slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  it('waits in virtual time', async () => {
    const machine = aMachine(only({ Type: 'Wait', SecondsPath: '$.pace', End: true }));
    const arn = machine.begin({ pace: 60 });
    await machine.clock.advance(59_999);
    expect(machine.engine.describe(arn)?.status).toBe('RUNNING');
    await machine.clock.advance(1);
    const record = machine.engine.describe(arn)!;
    expect(record.status).toBe('SUCCEEDED');
    expect(record.stoppedAt! - record.startedAt).toBe(60_000);
  });

  it('waits until a timestamp, and not at all for one that has passed', async () => {
    const machine = aMachine({
      StartAt: 'Past',
      States: {
        Past: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', Next: 'Future' },
        Future: { Type: 'Wait', TimestampPath: '$.until', End: true },
      },
    });
    const record = await machine.finish({ until: '2026-01-01T01:00:00+00:30' });
    expect(record.stoppedAt! - record.startedAt).toBe(30 * 60_000);
  });

  it('retries with back-off in virtual time, counting attempts in the context object', async () => {
    const task = {
      ...invoke('worker', {
        ...payloadOnly,
        End: true,
        Retry: [
          { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 10 },
        ],
      }),
      Parameters: { FunctionName: 'worker', Payload: { 'attempt.$': '$$.State.RetryCount' } },
    };
    const machine = aMachine(only(task), {
      scripts: { worker: [{ error: 'Busy' }, { error: 'Busy' }, { error: 'Busy' }, { ok: 'fine' }] },
    });
    const record = await machine.finish();
    expect(record.output).toBe('{"got":"fine"}');
    expect(machine.invocations.map((call) => call.at - record.startedAt)).toEqual([0, 2000, 8000, 18_000]);
    expect(machine.invocations.map((call) => call.payload)).toEqual(
      [0, 1, 2, 3].map((attempt) => ({ attempt })),
    );
    expect(machine.states.filter((event) => event.kind === 'retried')).toHaveLength(3);
    expect(types(machine.engine.history(record.executionArn))?.slice(4, 7)).toEqual([
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
    ]);
  });

  it('spreads retries with full jitter', async () => {
    const retry = [
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 8, JitterStrategy: 'FULL', MaxAttempts: 1 },
    ];
    const machine = aMachine(only(invoke('worker', { End: true, Retry: retry })), {
      scripts: { worker: [{ error: 'Busy' }, { ok: 1 }] },
      random: () => 0.25,
    });
    const record = await machine.finish();
    expect(record.stoppedAt! - record.startedAt).toBe(2000);
  });

  it('catches an error beside the input that it keeps', async () => {
    const machine = aMachine(
      {
        StartAt: 'Work',
        States: {
          Work: invoke('worker', {
            End: true,
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'RollBack' }],
          }),
          RollBack: { Type: 'Pass', End: true },
        },
      },
      { scripts: { worker: [{ error: 'Boom', message: 'no' }] } },
    );
    const record = await machine.finish({ sha: 'abc' });
    expect(JSON.parse(record.output!)).toEqual({
      sha: 'abc',
      failure: { Error: 'Boom', Cause: '{"errorType":"Boom","errorMessage":"no"}' },
    });
    expect(machine.states.find((event) => event.kind === 'failed')?.detail).toMatchObject({
      error: 'Boom',
      caughtBy: 'RollBack',
    });
  });

  it('fails with the function’s error name when nothing catches it', async () => {
    const machine = aMachine(only(invoke('worker', { End: true })), {
      scripts: { worker: [{ error: 'Boom' }] },
    });
    const record = await machine.finish();
    expect(record).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(record.cause).toContain('it broke');
    expect(types(machine.engine.history(record.executionArn))?.slice(-2)).toEqual([
      'TaskFailed',
      'ExecutionFailed',
    ]);
  });

  it('ends with the error and cause of a Fail state, intrinsic functions included', async () => {
    const machine = aMachine(
      only({
        Type: 'Fail',
        ErrorPath: '$.outcome',
        CausePath: "States.Format('{} at {}', $.outcome, $.weight)",
      }),
    );
    expect(await machine.finish({ outcome: 'RolledBack', weight: 20 })).toMatchObject({
      status: 'FAILED',
      error: 'RolledBack',
      cause: 'RolledBack at 20',
    });
    const bare = aMachine(only({ Type: 'Fail' }));
    const record = await bare.finish();
    expect(record.status).toBe('FAILED');
    expect(record.error).toBeUndefined();
  });

  it('times a function out on the wall clock, although virtual time stands still', async () => {
    const task = invoke('worker', {
      End: true,
      TimeoutSeconds: 1,
      Catch: [
        { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
        { ErrorEquals: ['States.Timeout'], Next: 'Caught' },
      ],
    });
    const pass = { Type: 'Pass', End: true };
    const machine = aMachine(
      { StartAt: 'Slow', States: { Slow: task, Caught: pass, Wrong: pass } },
      { scripts: { worker: [{ pending: true }] } },
    );
    const arn = machine.begin();
    await machine.clock.advance(3_600_000);
    expect(machine.engine.describe(arn)?.status).toBe('RUNNING');
    const record = await machine.engine.settled(arn);
    expect(record.output).toBe('{"Error":"States.Timeout","Cause":""}');
    const timedOut = machine.engine.history(arn)?.find((event) => event.type === 'TaskTimedOut');
    expect(timedOut?.taskTimedOutEventDetails).toEqual({
      error: 'States.Timeout',
      resource: 'invoke',
      resourceType: 'lambda',
    });
  });

  it('times the machine out in virtual time, without error or cause in the record', async () => {
    const machine = aMachine({ ...only({ Type: 'Wait', Seconds: 600, End: true }), TimeoutSeconds: 90 });
    const record = await machine.finish();
    expect(record.status).toBe('TIMED_OUT');
    expect(record.stoppedAt! - record.startedAt).toBe(90_000);
    expect(record.error).toBeUndefined();
    expect(machine.engine.history(record.executionArn)?.at(-1)).toMatchObject({
      id: 3,
      previousEventId: 0,
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  it('fails with event 25,000 when the history is full', async () => {
    const machine = aMachine({
      StartAt: 'Loop',
      States: {
        Loop: {
          Type: 'Choice',
          Choices: [{ Variable: '$.done', IsPresent: true, Next: 'Done' }],
          Default: 'Loop',
        },
        Done: { Type: 'Succeed' },
      },
    });
    const record = await machine.finish({ a: 1 });
    expect(record).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    const events = machine.engine.history(record.executionArn) ?? [];
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)).toMatchObject({ id: 25_000, previousEventId: 24_999, type: 'ExecutionFailed' });
    expect(events.at(-2)?.type).toBe('ChoiceStateExited');
  });

  it('lets success be the last event that fits', async () => {
    const machine = aMachine(only({ Type: 'Pass', End: true }), { historyLimit: 4 });
    expect((await machine.finish()).status).toBe('SUCCEEDED');
    const tight = aMachine(only({ Type: 'Pass', End: true }), { historyLimit: 3 });
    expect(await tight.finish()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('refuses a payload above 256 KiB with an error that States.ALL does not catch', async () => {
    const pass = { Type: 'Pass', End: true };
    const catchers = (errors: string[]) => [{ ErrorEquals: errors, Next: 'Caught' }];
    const scripts = { worker: [{ ok: 'ä'.repeat(140_000) }] };
    const all = aMachine(
      {
        StartAt: 'Work',
        States: { Work: invoke('worker', { End: true, Catch: catchers(['States.ALL']) }), Caught: pass },
      },
      { scripts },
    );
    expect(await all.finish()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const named = aMachine(
      {
        StartAt: 'Work',
        States: {
          Work: invoke('worker', { End: true, Catch: catchers(['States.DataLimitExceeded']) }),
          Caught: pass,
        },
      },
      { scripts },
    );
    expect((await named.finish()).status).toBe('SUCCEEDED');
  });

  it('fails a missing Choice variable with States.Runtime, whatever the default', async () => {
    const machine = aMachine({
      StartAt: 'Pick',
      States: {
        Pick: {
          Type: 'Choice',
          Choices: [{ Variable: '$.status', StringEquals: 'OK', Next: 'Done' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    });
    expect(await machine.finish()).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Pick' (entered at the event id #2). " +
        "Invalid path '$.status': The choice state's condition path references an invalid value.",
    });
  });

  it('lets no catcher take States.Runtime', async () => {
    const task = invoke('worker', {
      End: true,
      ResultSelector: { 'gone.$': '$.Payload.nothing' },
      Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Caught' }],
    });
    const machine = aMachine({ StartAt: 'Work', States: { Work: task, Caught: { Type: 'Succeed' } } });
    expect(await machine.finish()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('denies what the role of the machine may not do', async () => {
    const asked: unknown[] = [];
    const machine = aMachine(only(invoke('worker', { End: true })), {
      authorize: (request) => {
        asked.push(request);
        return { allowed: false, reason: 'no statement allows it' };
      },
    });
    expect(await machine.finish()).toMatchObject({ status: 'FAILED', error: 'States.Permissions' });
    expect(machine.invocations).toEqual([]);
    expect(asked[0]).toMatchObject({ principal: ROLE.split('/')[1], action: 'lambda:InvokeFunction' });
  });

  it('runs many executions at once, each with its own context', async () => {
    const machine = aMachine({
      StartAt: 'Pause',
      States: {
        Pause: { Type: 'Wait', SecondsPath: '$.for', Next: 'Name' },
        Name: {
          Type: 'Pass',
          Parameters: {
            'name.$': '$$.Execution.Name',
            'machine.$': '$$.StateMachine.Name',
            'state.$': '$$.State.Name',
          },
          End: true,
        },
      },
    });
    const arns = Array.from({ length: 20 }, (_none, index) =>
      machine.begin({ for: 20 - index }, `run-${index}`),
    );
    await machine.clock.advance(20_000);
    for (const [index, arn] of arns.entries()) {
      expect(machine.engine.describe(arn)?.output).toBe(
        `{"name":"run-${index}","machine":"main","state":"Name"}`,
      );
    }
    expect(machine.engine.list()).toHaveLength(20);
  });

  it('throws for an unknown machine and for a name that was used', () => {
    const machine = aMachine(only({ Type: 'Succeed' }));
    machine.begin();
    expect(() => machine.begin()).toThrow(/was used before/);
    expect(() => machine.begin({}, 'x', 'nothing')).toThrow(/no state machine/);
    expect(() => machine.engine.stop('arn:gone', {})).toThrow(/no execution "arn:gone"/);
  });
});
