import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import { toCanaryError } from '../../adapters/aws-errors';
import { StepFunctionsExecutions } from '../../adapters/executions/step-functions/executions';
import { MemoryExecutions } from '../../adapters/memory/executions';
import { readSeries } from '../../adapters/metrics/cloudwatch/reader';
import { SnsNotifier } from '../../adapters/notify/sns/notifier';
import type { RolloutEvent } from '../../core/events';

/** A client whose `send` answers from a list; an `Error` in it is thrown. */
function answering<Client>(...answers: unknown[]) {
  const sent: { input: Record<string, unknown> }[] = [];
  const send = async (command: { input: Record<string, unknown> }) => {
    sent.push(command);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { send } as unknown as Client, sent };
}

const awsError = (name: string, status = 400) =>
  Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode: status } });

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:demo-rollout';

describe('AWS errors', () => {
  const call = { action: 'appmesh:UpdateRoute', on: { mesh: 'demo' } };

  it.each([
    ['ThrottlingException', 400],
    ['TooManyRequestsException', 429],
    ['SlowDown', 503],
    ['RequestLimitExceeded', 400],
  ])('calls %s a throttle', (name, status) => {
    expect(toCanaryError(call, awsError(name, status))).toMatchObject({
      code: 'AwsThrottled',
      retryable: true,
      message: expect.stringContaining('was throttled'),
    });
  });

  it.each([
    ['ServiceUnavailableException', 503],
    ['InternalServerErrorException', 500],
  ])('calls %s a failure that may pass', (name, status) => {
    expect(toCanaryError(call, awsError(name, status))).toMatchObject({
      code: 'AwsCallFailed',
      retryable: true,
    });
  });

  it.each(['AccessDeniedException', 'BadRequestException', 'ValidationException'])(
    'calls %s a refusal',
    (name) => {
      const error = toCanaryError(call, awsError(name));
      expect(error).toMatchObject({ code: 'AwsCallRefused', details: { mesh: 'demo', awsError: name } });
      expect(error.message).toContain('appmesh:UpdateRoute on mesh "demo" was refused');
    },
  );

  it('calls a lost connection a failure that may pass, and missing credentials a refusal', () => {
    expect(toCanaryError(call, new Error('socket hang up')).code).toBe('AwsCallFailed');
    const credentials = Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    expect(toCanaryError(call, credentials).code).toBe('AwsCallRefused');
  });
});

describe('SNS notifier', () => {
  const event: RolloutEvent = {
    type: 'RolloutCompleted',
    at: '2026-01-01T00:00:00.000Z',
    environment: 'demo',
    service: 'web',
    rollout: 'rollout-1',
    version: 'abc12345',
    outcome: 'RolledBack',
    reason: 'success rate 80 %',
    leftovers: [],
  };

  it('publishes subject, facts and attributes to filter by', async () => {
    const { client, sent } = answering<SNSClient>({});
    await new SnsNotifier(client, 'arn:topic', () => undefined).notify(event);
    expect(sent[0]?.input).toMatchObject({
      TopicArn: 'arn:topic',
      Subject: '[demo] web abc12345: RolledBack',
      Message: expect.stringContaining('Reason: success rate 80 %'),
      MessageAttributes: { outcome: { DataType: 'String', StringValue: 'RolledBack' } },
    });
  });

  it('tells of a failure instead of throwing it', async () => {
    const told: string[] = [];
    const { client } = answering<SNSClient>(awsError('NotFoundException', 404));
    await new SnsNotifier(client, 'arn:topic', (error) => told.push(error.code)).notify(event);
    expect(told).toEqual(['AwsCallRefused']);
  });
});

describe('executions', () => {
  it.each([
    ['RUNNING', 'running'],
    ['SUCCEEDED', 'ended'],
    ['FAILED', 'ended'],
    ['TIMED_OUT', 'ended'],
    ['ABORTED', 'ended'],
  ])('calls an execution in status %s %s', async (status, state) => {
    const { client } = answering<SFNClient>({ status });
    expect(await new StepFunctionsExecutions(client, MACHINE).stateOf('arn:x')).toBe(state);
  });

  it('does not know an execution that never was', async () => {
    const { client } = answering<SFNClient>(awsError('ExecutionDoesNotExist'));
    expect(await new StepFunctionsExecutions(client, MACHINE).stateOf('arn:x')).toBe('unknown');
  });

  it('takes the same name and input again, after the first has ended too', async () => {
    const answers = [awsError('ExecutionAlreadyExists'), { input: '{"b":1,"a":2}' }];
    const { client, sent } = answering<SFNClient>(...answers);
    await new StepFunctionsExecutions(client, MACHINE).start('again', { a: 2, b: 1 });
    expect(sent[1]?.input.executionArn).toBe(
      'arn:aws:states:eu-west-1:111122223333:execution:demo-rollout:again',
    );
  });

  it.each([
    [
      'Step Functions',
      () => {
        const { client } = answering<SFNClient>({}, awsError('ExecutionAlreadyExists'), { input: '{"a":1}' });
        return new StepFunctionsExecutions(client, MACHINE);
      },
    ],
    ['memory', () => new MemoryExecutions()],
  ])('refuses the same name with another input (%s)', async (_, make) => {
    const executions = make();
    await executions.start('once', { a: 1 });
    await expect(executions.start('once', { a: 2 })).rejects.toMatchObject({ code: 'AwsCallRefused' });
  });
});

describe('metric pages', () => {
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:03:00.000Z', periodSeconds: 60 };
  const queries = [{ Id: 'a', Expression: '1' }];
  const page = (minute: number, StatusCode: string, more: object = {}) => ({
    MetricDataResults: [
      { Id: 'a', StatusCode, Timestamps: [new Date(Date.UTC(2026, 0, 1, 0, minute))], Values: [minute] },
    ],
    ...more,
  });
  const read = (...answers: unknown[]) =>
    readSeries(answering<CloudWatchClient>(...answers).client, queries, window);

  it('follows pages that announce more, and drops periods outside the window', async () => {
    const series = await read(
      page(0, 'PartialData', { NextToken: 'x' }),
      page(1, 'PartialData', { NextToken: 'y' }),
      page(3, 'Complete'),
    );
    expect([...(series.get('a')?.values() ?? [])]).toEqual([0, 1]);
  });

  it.each([
    ['partial data on the last page', page(0, 'PartialData')],
    ['an internal error', page(0, 'InternalError')],
    ['a message', page(0, 'Complete', { Messages: [{ Code: 'ArithmeticError', Value: 'oops' }] })],
    ['a query without a result', { MetricDataResults: [] }],
  ])('throws MetricsIncomplete for %s', async (_, answer) => {
    await expect(read(answer)).rejects.toMatchObject({ code: 'MetricsIncomplete', retryable: true });
  });
});
