import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionLook, ExecutionWatch } from '../../../core/ports/execution-watch';
import { callAws } from '../../aws-errors';
import { listAll } from '../../paging';

const STATUSES: Readonly<Record<string, ExecutionLook['status']>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
};

/** Executions of one state machine in Step Functions, as a person starts and follows them. */
export class StepFunctionsWatch implements ExecutionWatch {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async begin(name: string, input: unknown): Promise<string> {
    const { stateMachineArn } = this;
    return callAws({ action: 'states:StartExecution', on: { machine: stateMachineArn, name } }, async () => {
      const { executionArn = '' } = await this.client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      return executionArn;
    });
  }

  async look(executionArn: string): Promise<ExecutionLook> {
    const on = { execution: executionArn };
    // Described first: what is said to have ended then has its whole history.
    const {
      status = '',
      error,
      cause,
    } = await callAws({ action: 'states:DescribeExecution', on }, () =>
      this.client.send(new DescribeExecutionCommand({ executionArn })),
    );
    const outputs = await listAll((nextToken) =>
      callAws({ action: 'states:GetExecutionHistory', on }, async () => {
        const page = nextToken === undefined ? {} : { nextToken };
        const { events = [], nextToken: next } = await this.client.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...page }),
        );
        const exits = events.filter(({ type }) => type === 'TaskStateExited');
        return { items: exits.map((event) => event.stateExitedEventDetails?.output ?? '{}'), next };
      }),
    );
    return {
      status: STATUSES[status] ?? 'running',
      answers: outputs.map((output) => (JSON.parse(output) as { progress?: unknown }).progress),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}
