import type { CreateStateMachineInput } from '@aws-sdk/client-sfn';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { InvalidDefinitionError, type StateMachineEngine, type StateMachineRecord } from './engine';
import { checkedName, knownMachine } from './rules';

const PAGES = { defaultSize: 100, maxSize: 1000, tokenError: 'InvalidToken' };

interface OneInput {
  readonly stateMachineArn?: string;
}

interface ListInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Describing, listing, creating and deleting state machines. */
export function machineOperations(context: ApiContext, engine: StateMachineEngine): ApiService['operations'] {
  const describe: ApiOperation<OneInput> = {
    iamAction: 'states:DescribeStateMachine',
    resources: (input) => [input.stateMachineArn ?? ''],
    run: (input) => renderMachine(knownMachine(engine, input.stateMachineArn)),
  };
  const list: ApiOperation<ListInput> = {
    iamAction: 'states:ListStateMachines',
    resources: () => ['*'],
    run: (input) => {
      const page = pageOf(engine.machines(), input.nextToken, input.maxResults, PAGES);
      return { stateMachines: page.items.map(renderSummary), nextToken: page.nextToken };
    },
  };
  const remove: ApiOperation<OneInput> = {
    iamAction: 'states:DeleteStateMachine',
    resources: (input) => [input.stateMachineArn ?? ''],
    run: (input) => {
      engine.deleteMachine(input.stateMachineArn ?? '');
      return {};
    },
  };
  return {
    DescribeStateMachine: describe,
    ListStateMachines: list,
    CreateStateMachine: createOperation(context, engine),
    DeleteStateMachine: remove,
  };
}

function createOperation(
  { region, account }: ApiContext,
  engine: StateMachineEngine,
): ApiOperation<CreateStateMachineInput> {
  const arnOf = (name: string | undefined) =>
    `arn:aws:states:${region}:${account}:stateMachine:${name ?? ''}`;
  return {
    iamAction: 'states:CreateStateMachine',
    resources: (input) => [arnOf(input.name)],
    alsoNeeds: (input) => [
      {
        action: 'iam:PassRole',
        resources: [input.roleArn ?? ''],
        context: { 'iam:PassedToService': 'states.amazonaws.com' },
      },
    ],
    run: (input) => {
      const created = create(engine, input, arnOf(input.name));
      return { stateMachineArn: created.stateMachineArn, creationDate: new Date(created.createdAt) };
    },
  };
}

function create(engine: StateMachineEngine, input: CreateStateMachineInput, arn: string): StateMachineRecord {
  const request = {
    name: checkedName(input.name ?? ''),
    definition: input.definition ?? '',
    roleArn: input.roleArn ?? '',
  };
  const existing = engine.machine(arn);
  if (existing?.definition === request.definition && existing.roleArn === request.roleArn) return existing;
  if (existing !== undefined)
    throw new ApiError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  try {
    return engine.createMachine(request);
  } catch (error) {
    if (error instanceof InvalidDefinitionError)
      throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${error.message}'`);
    throw error;
  }
}

function renderSummary(machine: StateMachineRecord) {
  return {
    stateMachineArn: machine.stateMachineArn,
    name: machine.name,
    type: machine.type,
    creationDate: new Date(machine.createdAt),
  };
}

function renderMachine(machine: StateMachineRecord) {
  return {
    ...renderSummary(machine),
    status: 'ACTIVE',
    definition: machine.definition,
    roleArn: machine.roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}
