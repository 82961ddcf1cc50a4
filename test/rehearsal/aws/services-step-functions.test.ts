import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  type ExecutionRecord,
  executionArnOf,
  InvalidDefinitionError,
  type StateMachineEngine,
  type StateMachineRecord,
} from '../../../rehearsal/aws/services/step-functions/engine';
import { createStepFunctionsService } from '../../../rehearsal/aws/services/step-functions/service';
import { aContext, serve } from './services-fixtures';

const PREFIX = 'arn:aws:states:eu-west-1:111122223333';
const stateMachineArn = `${PREFIX}:stateMachine:rollout`;

/** Starts and stops executions without running anything. */
function anEngine(): StateMachineEngine {
  const machines = new Map<string, StateMachineRecord>();
  const executions = new Map<string, ExecutionRecord>();
  const event = (id: number): HistoryEvent => ({
    id,
    previousEventId: id - 1,
    timestamp: new Date(id * 1000),
    type: 'PassStateEntered',
    stateEnteredEventDetails: { name: `S${id}`, input: '{}' },
  });
  return {
    machines: () => [...machines.values()],
    machine: (arn) => machines.get(arn),
    createMachine: ({ name, definition, roleArn }) => {
      if (!definition.startsWith('{')) throw new InvalidDefinitionError('not JSON');
      const arn = `${PREFIX}:stateMachine:${name}`;
      const record = {
        stateMachineArn: arn,
        name,
        definition,
        roleArn,
        type: 'STANDARD' as const,
        createdAt: 0,
      };
      machines.set(arn, record);
      return record;
    },
    deleteMachine: (arn) => void machines.delete(arn),
    start: (request) => {
      const executionArn = executionArnOf(request.stateMachineArn, request.name);
      const record: ExecutionRecord = { ...request, executionArn, status: 'RUNNING', startedAt: 1_000 };
      executions.set(executionArn, record);
      return record;
    },
    describe: (arn) => executions.get(arn),
    list: () => [...executions.values()],
    stop: (arn, { error, cause }) => {
      const record = { ...executions.get(arn)!, status: 'ABORTED' as const, stoppedAt: 2_000, error, cause };
      executions.set(arn, record);
      return record;
    },
    history: () => [1, 2, 3].map(event),
  };
}

let served: Awaited<ReturnType<typeof serve>>;
let client: SFNClient;

beforeEach(async () => {
  const context = aContext();
  served = await serve(context, [createStepFunctionsService(context, anEngine())]);
  client = new SFNClient({ ...served.config, disableHostPrefix: true });
  await client.send(
    new CreateStateMachineCommand({ name: 'rollout', definition: '{}', roleArn: 'arn:aws:iam::1:role/r' }),
  );
});

afterEach(async () => {
  client.destroy();
  await served.endpoint.close();
});

const start = (name: string, input = '{}') =>
  client.send(new StartExecutionCommand({ stateMachineArn, name, input }));

describe('state machines', () => {
  it('are created once, described, listed and deleted', async () => {
    const again = { name: 'rollout', definition: '{}', roleArn: 'arn:aws:iam::1:role/r' };
    await client.send(new CreateStateMachineCommand(again));
    await expect(
      client.send(new CreateStateMachineCommand({ ...again, definition: '{ }' })),
    ).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    expect(await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      name: 'rollout',
      status: 'ACTIVE',
      definition: '{}',
      creationDate: new Date(0),
    });
    expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toHaveLength(1);
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(start('a')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  it('refuse a definition that the engine refuses', async () => {
    await expect(
      client.send(
        new CreateStateMachineCommand({ name: 'b', definition: 'x', roleArn: 'arn:aws:iam::1:role/r' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });
});

describe('executions', () => {
  it('are the same one while it runs, for the same name and input', async () => {
    const { executionArn, startDate } = await start('a', '{"n":1}');
    expect(executionArn).toBe(`${PREFIX}:execution:rollout:a`);
    expect(startDate).toEqual(new Date(1_000));
    await start('a', '{"n":1}');
    await expect(start('a', '{"n":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await client.send(new StopExecutionCommand({ executionArn, error: 'Drill', cause: 'by hand' }));
    await expect(start('a', '{"n":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'ABORTED',
      stopDate: new Date(2_000),
      input: '{"n":1}',
      error: 'Drill',
      cause: 'by hand',
    });
  });

  it('are listed newest first and by status', async () => {
    await start('a');
    const { executionArn } = await start('b');
    const list = async (statusFilter?: 'RUNNING') =>
      (await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter }))).executions?.map(
        ({ name }) => name,
      );
    expect(await list()).toEqual(['b', 'a']);
    await client.send(new StopExecutionCommand({ executionArn }));
    expect(await list('RUNNING')).toEqual(['a']);
  });

  it('give their history in pages, in either order, with or without data', async () => {
    const { executionArn } = await start('a');
    const get = (over: object) => client.send(new GetExecutionHistoryCommand({ executionArn, ...over }));
    const first = await get({ maxResults: 2 });
    expect(first.events?.map(({ id }) => id)).toEqual([1, 2]);
    expect(first.events?.[0]).toMatchObject({
      timestamp: new Date(1_000),
      stateEnteredEventDetails: { input: '{}' },
    });
    expect((await get({ maxResults: 2, nextToken: first.nextToken })).events?.map(({ id }) => id)).toEqual([
      3,
    ]);
    const reversed = await get({ reverseOrder: true, includeExecutionData: false });
    expect(reversed.events?.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(reversed.events?.[0]?.stateEnteredEventDetails).toEqual({ name: 'S3' });
    await expect(get({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it.each([
    ['a name with a space', 'a b', '{}', 'InvalidName'],
    ['a name of 81 characters', 'a'.repeat(81), '{}', 'InvalidName'],
    ['a name with a colon', 'a:b', '{}', 'InvalidName'],
    ['input that is no JSON', 'a', '{', 'InvalidExecutionInput'],
    ['input of more than 256 KiB', 'a', `"${'x'.repeat(262_144)}"`, 'InvalidExecutionInput'],
  ])('refuse %s', async (_what, name, input, code) => {
    await expect(start(name, input)).rejects.toMatchObject({ name: code });
  });

  it('fail with the codes of AWS when they are unknown', async () => {
    const describeIt = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
    await expect(describeIt(`${PREFIX}:execution:rollout:no`)).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    await expect(describeIt('nonsense')).rejects.toMatchObject({ name: 'InvalidArn' });
  });
});
