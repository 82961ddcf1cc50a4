import { randomUUID } from 'node:crypto';
import type { HistoryEvent, StartExecutionInput, StopExecutionInput } from '@aws-sdk/client-sfn';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { type ExecutionRecord, executionArnOf, type StateMachineEngine } from './engine';
import { checkedInput, checkedName, knownExecution, knownMachine } from './rules';

const PAGES = { defaultSize: 100, maxSize: 1000, tokenError: 'InvalidToken' };

interface ListInput {
  readonly stateMachineArn?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

interface HistoryInput {
  readonly executionArn?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

/** Starting, stopping, describing and listing executions, and their history. */
export function executionOperations(engine: StateMachineEngine): ApiService['operations'] {
  const onExecution = <Input extends { readonly executionArn?: string }>(
    name: string,
    run: (input: Input) => unknown,
  ): ApiOperation<Input> => ({
    iamAction: `states:${name}`,
    resources: (input) => [input.executionArn ?? ''],
    run,
  });
  const onMachine = <Input extends { readonly stateMachineArn?: string }>(
    name: string,
    run: (input: Input) => unknown,
  ): ApiOperation<Input> => ({
    iamAction: `states:${name}`,
    resources: (input) => [input.stateMachineArn ?? ''],
    run,
  });
  return {
    StartExecution: onMachine<StartExecutionInput>('StartExecution', (input) => start(engine, input)),
    StopExecution: onExecution<StopExecutionInput>('StopExecution', (input) => stop(engine, input)),
    DescribeExecution: onExecution('DescribeExecution', ({ executionArn }) =>
      renderExecution(knownExecution(engine, executionArn)),
    ),
    GetExecutionHistory: onExecution<HistoryInput>('GetExecutionHistory', (input) => history(engine, input)),
    ListExecutions: onMachine<ListInput>('ListExecutions', (input) => list(engine, input)),
  };
}

function start(engine: StateMachineEngine, input: StartExecutionInput) {
  const machine = knownMachine(engine, input.stateMachineArn);
  const name = checkedName(input.name ?? randomUUID());
  const text = checkedInput(input.input ?? '{}');
  const executionArn = executionArnOf(machine.stateMachineArn, name);
  const existing = engine.describe(executionArn);
  if (existing !== undefined && (existing.status !== 'RUNNING' || existing.input !== text))
    throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  const record = existing ?? engine.start({ stateMachineArn: machine.stateMachineArn, name, input: text });
  return { executionArn, startDate: new Date(record.startedAt) };
}

function stop(engine: StateMachineEngine, input: StopExecutionInput) {
  const { executionArn } = knownExecution(engine, input.executionArn);
  const record = engine.stop(executionArn, { error: input.error, cause: input.cause });
  return { stopDate: new Date(record.stoppedAt ?? record.startedAt) };
}

function renderExecution(record: ExecutionRecord) {
  return {
    executionArn: record.executionArn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: new Date(record.startedAt),
    stopDate: record.stoppedAt === undefined ? undefined : new Date(record.stoppedAt),
    input: record.input,
    inputDetails: { included: true },
    output: record.output,
    outputDetails: record.output === undefined ? undefined : { included: true },
    error: record.error,
    cause: record.cause,
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'The rehearsal does not redrive executions.',
  };
}

function list(engine: StateMachineEngine, input: ListInput) {
  const machine = knownMachine(engine, input.stateMachineArn);
  const found = [...engine.list(machine.stateMachineArn)]
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .reverse();
  const page = pageOf(found, input.nextToken, input.maxResults, PAGES);
  return {
    executions: page.items.map((record) => ({
      executionArn: record.executionArn,
      stateMachineArn: record.stateMachineArn,
      name: record.name,
      status: record.status,
      startDate: new Date(record.startedAt),
      stopDate: record.stoppedAt === undefined ? undefined : new Date(record.stoppedAt),
    })),
    nextToken: page.nextToken,
  };
}

function history(engine: StateMachineEngine, input: HistoryInput) {
  const { executionArn } = knownExecution(engine, input.executionArn);
  const events = [...(engine.history(executionArn) ?? [])];
  if (input.reverseOrder === true) events.reverse();
  const page = pageOf(events, input.nextToken, input.maxResults, PAGES);
  const withData = input.includeExecutionData !== false;
  return { events: withData ? page.items : page.items.map(withoutData), nextToken: page.nextToken };
}

const DATA_MEMBERS = new Set(['input', 'output', 'inputDetails', 'outputDetails']);

function withoutData(event: HistoryEvent): unknown {
  return Object.fromEntries(
    Object.entries(event).map(([name, member]) => [
      name,
      name.endsWith('EventDetails') && typeof member === 'object' && member !== null
        ? Object.fromEntries(Object.entries(member).filter(([inner]) => !DATA_MEMBERS.has(inner)))
        : member,
    ]),
  );
}
