import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { createSnsClient, createStepFunctionsClient } from '../../adapters/clients';
import { StepFunctionsExecutions } from '../../adapters/executions/step-functions/executions';
import { MemoryExecutions } from '../../adapters/memory/executions';
import { SnsNotifier } from '../../adapters/notify/sns/notifier';
import type { RolloutEvent } from '../../core/events';
import type { Executions } from '../../core/ports/executions';
import { createSnsService, type SnsService } from '../../rehearsal/aws/services/sns/service';
import {
  type ExecutionRecord,
  executionArnOf,
  type StateMachineEngine,
} from '../../rehearsal/aws/services/step-functions/engine';
import { createStepFunctionsService } from '../../rehearsal/aws/services/step-functions/service';
import { startLocalAws } from './local-aws';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:demo-rollout';

/** An engine that starts executions and never takes a step. */
function anEngine() {
  const records = new Map<string, ExecutionRecord>();
  const engine = {
    machines: () => [],
    machine: (stateMachineArn: string) => ({
      stateMachineArn,
      name: 'demo-rollout',
      definition: '{}',
      roleArn: 'arn:aws:iam::111122223333:role/demo',
      type: 'STANDARD',
      createdAt: 0,
    }),
    start: ({ stateMachineArn, name, input }: { stateMachineArn: string; name: string; input: string }) => {
      const executionArn = executionArnOf(stateMachineArn, name);
      const record = { executionArn, stateMachineArn, name, input, status: 'RUNNING', startedAt: 0 } as const;
      records.set(executionArn, record);
      return record;
    },
    describe: (arn: string) => records.get(arn),
  } as unknown as StateMachineEngine;
  const end = (arn: string) => {
    const record = records.get(arn);
    if (record) records.set(arn, { ...record, status: 'SUCCEEDED', stoppedAt: 1, output: '{}' });
  };
  return { engine, end };
}

async function startStepFunctions() {
  const { engine, end } = anEngine();
  const aws = await startLocalAws((context) => [createStepFunctionsService(context, engine)]);
  const client = createStepFunctionsClient(aws.settings);
  const close = async () => {
    client.destroy();
    await aws.close();
  };
  return { executions: new StepFunctionsExecutions(client, MACHINE) as Executions, end, close };
}

async function startMemory(): Promise<Awaited<ReturnType<typeof startStepFunctions>>> {
  const executions = new MemoryExecutions();
  return {
    executions: executions as Executions,
    end: (arn: string) => executions.setState(arn, 'ended'),
    close: async () => undefined,
  };
}

describe.each([
  ['memory', startMemory],
  ['step functions', startStepFunctions],
])('executions: %s', (_, start) => {
  let fixture: Awaited<ReturnType<typeof startMemory>>;
  beforeEach(async () => {
    fixture = await start();
  });
  afterEach(() => fixture.close());

  it('starts the same name and input twice as once, ended or not', async () => {
    await fixture.executions.start('one', { a: 1, b: [2] });
    await fixture.executions.start('one', { a: 1, b: [2] });
    fixture.end(executionArnOf(MACHINE, 'one'));
    await fixture.executions.start('one', { a: 1, b: [2] });
    expect(await fixture.executions.stateOf(executionArnOf(MACHINE, 'one'))).toBe('ended');
  });

  it('refuses the same name with another input', async () => {
    await fixture.executions.start('one', { a: 1 });
    await expect(fixture.executions.start('one', { a: 2 })).rejects.toMatchObject({ code: 'AwsCallRefused' });
  });

  it('does not know an execution that never was', async () => {
    expect(await fixture.executions.stateOf(executionArnOf(MACHINE, 'nobody'))).toBe('unknown');
  });
});

describe('notifier: sns', () => {
  it('publishes to the topic, and only tells of a topic that is gone', async () => {
    let sns: SnsService | undefined;
    const aws = await startLocalAws((context) => {
      sns = createSnsService(context);
      return [sns];
    });
    const client = createSnsClient(aws.settings);
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'demo-rollouts' }));
    const failures: string[] = [];
    const event: RolloutEvent = {
      type: 'RollbackStarted',
      at: '2026-01-01T00:00:00.000Z',
      environment: 'demo',
      service: 'web',
      rollout: 'rollout-1',
      version: 'abc12345',
      reason: 'success rate — 80 %',
    };
    await new SnsNotifier(client, TopicArn, (error) => failures.push(error.code)).notify(event);
    await new SnsNotifier(client, `${TopicArn}-gone`, (error) => failures.push(error.code)).notify(event);
    expect(sns?.messages()).toEqual([
      expect.objectContaining({
        subject: '[demo] web abc12345: rolling back',
        message: expect.stringContaining('Reason: success rate — 80 %'),
        attributes: expect.objectContaining({ type: 'RollbackStarted', service: 'web' }),
      }),
    ]);
    expect(failures).toEqual(['AwsCallRefused']);
    client.destroy();
    await aws.close();
  });
});
