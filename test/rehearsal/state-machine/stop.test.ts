import { ACCOUNT, aMachine, invoke, only, REGION } from './a-machine';

const childArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:child`;
const nested = (resource: string, more: object = {}) =>
  only({
    Type: 'Task',
    Resource: `arn:aws:states:::states:${resource}`,
    Parameters: { StateMachineArn: childArn, Name: 'the-child', 'Input.$': '$' },
    End: true,
    ...more,
  });
const waits = only({ Type: 'Wait', Seconds: 100, End: true });

describe('StopExecution', () => {
  it('aborts at once, in the middle of a wait', async () => {
    const machine = aMachine(waits);
    const arn = machine.begin();
    await machine.clock.advance(10_000);
    const record = machine.engine.stop(arn, { error: 'Manual', cause: 'by hand' });
    expect(record).toMatchObject({ status: 'ABORTED', error: 'Manual', cause: 'by hand' });
    expect(machine.engine.history(arn)?.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      previousEventId: 0,
      executionAbortedEventDetails: { error: 'Manual', cause: 'by hand' },
    });
    expect(machine.clock.pending()).toBe(0);
    await machine.clock.advance(1_000_000);
    expect(machine.engine.describe(arn)).toEqual(record);
    expect(machine.statuses.map((event) => event.status)).toEqual(['RUNNING', 'ABORTED']);
  });

  it('drops the answer of a function that still runs, and invokes nothing afterwards', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const machine = aMachine({
      StartAt: 'Slow',
      States: { Slow: invoke('slow', { Next: 'After' }), After: invoke('after', { End: true }) },
    });
    // The scripted runner answers at once; this one answers when told to.
    const engineFunctions = (machine.engine as unknown as { options: { functions: { invoke: unknown } } })
      .options;
    const original = engineFunctions.functions.invoke as (arn: string, payload: unknown) => Promise<unknown>;
    engineFunctions.functions.invoke = (arn: string, payload: unknown) => {
      void original(arn, payload);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const arn = machine.begin();
    await machine.clock.advance(1);
    machine.engine.stop(arn, {});
    answer('late');
    await machine.clock.advance(60_000);
    expect(machine.invocations).toHaveLength(1);
    expect(machine.engine.history(arn)?.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'ExecutionAborted',
    ]);
    expect(machine.engine.history(arn)?.at(-1)?.executionAbortedEventDetails).toEqual({});
  });

  it('invokes nothing more when it comes during a retry’s wait', async () => {
    const machine = aMachine(
      only(invoke('worker', { End: true, Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 30 }] })),
      { scripts: { worker: [{ error: 'Busy' }] } },
    );
    const arn = machine.begin();
    await machine.clock.advance(1000);
    machine.engine.stop(arn, {});
    await machine.clock.advance(1_000_000);
    expect(machine.invocations).toHaveLength(1);
  });

  it('stops an execution that has not begun its first state', async () => {
    const machine = aMachine(only(invoke('worker', { End: true })));
    const arn = machine.begin();
    machine.engine.stop(arn, {});
    await machine.clock.advance(1000);
    expect(machine.invocations).toEqual([]);
    expect(machine.engine.history(arn)).toHaveLength(2);
  });

  it('leaves a closed execution as it is', async () => {
    const machine = aMachine(only({ Type: 'Succeed' }));
    const record = await machine.finish();
    expect(machine.engine.stop(record.executionArn, { error: 'Late' })).toEqual(record);
  });
});

describe('nested executions', () => {
  it('gives the child’s outcome as JSON with .sync:2', async () => {
    const machine = aMachine(
      nested('startExecution.sync:2', { ResultSelector: { 'out.$': '$.Output.done' } }),
      {
        others: { child: only({ Type: 'Pass', Parameters: { 'done.$': '$.work' }, End: true }) },
      },
    );
    const record = await machine.finish({ work: 'well' });
    expect(record.output).toBe('{"out":"well"}');
    const types = machine.engine.history(record.executionArn)?.map((event) => event.type);
    expect(types).toContain('TaskSubmitted');
  });

  it('fails with States.TaskFailed and the child’s description', async () => {
    const machine = aMachine(nested('startExecution.sync:2'), {
      others: { child: only({ Type: 'Fail', Error: 'RolledBack', Cause: 'slow' }) },
    });
    const record = await machine.finish();
    expect(record).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(record.cause!)).toMatchObject({
      Status: 'FAILED',
      Error: 'RolledBack',
      Cause: 'slow',
      Name: 'the-child',
    });
  });

  it('stops the child with its parent', async () => {
    const machine = aMachine(nested('startExecution.sync:2'), { others: { child: waits } });
    const arn = machine.begin();
    await machine.clock.advance(1000);
    machine.engine.stop(arn, {});
    expect(machine.engine.list().map((record) => record.status)).toEqual(['ABORTED', 'ABORTED']);
  });

  it('lets the child of a plain start go on', async () => {
    const machine = aMachine(nested('startExecution'), { others: { child: waits } });
    const record = await machine.finish();
    expect(JSON.parse(record.output!)).toMatchObject({
      ExecutionArn: expect.stringContaining(':execution:child:the-child'),
    });
    expect(machine.engine.list().map((each) => each.status)).toEqual(['SUCCEEDED', 'RUNNING']);
    machine.engine.dispose();
  });

  it('measures the limit on a child in virtual time', async () => {
    const machine = aMachine(nested('startExecution.sync:2', { TimeoutSeconds: 50 }), {
      others: { child: waits },
    });
    const record = await machine.finish();
    expect(record).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(record.stoppedAt! - record.startedAt).toBe(50_000);
  });

  it('fails for a machine that does not exist, and for a name that was used', async () => {
    const gone = aMachine(nested('startExecution'));
    expect(await gone.finish()).toMatchObject({ error: 'StepFunctions.StateMachineDoesNotExistException' });
    const used = aMachine(nested('startExecution'), { others: { child: only({ Type: 'Succeed' }) } });
    await used.finish({}, 'first');
    expect(await used.finish({}, 'second')).toMatchObject({
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
  });
});
