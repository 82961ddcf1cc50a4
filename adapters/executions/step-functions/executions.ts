import { isDeepStrictEqual } from 'node:util';
import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ExecutionState, Executions } from '../../../core/ports/executions';
import { callAws, isAwsError } from '../../aws-errors';

/** Executions of the rollout's state machine in Step Functions. */
export class StepFunctionsExecutions implements Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async stateOf(executionArn: string): Promise<ExecutionState> {
    return callAws({ action: 'states:DescribeExecution', on: { execution: executionArn } }, async () => {
      try {
        const { status } = await this.client.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
      } catch (error) {
        if (isAwsError(error, 'ExecutionDoesNotExist')) {
          return 'unknown';
        }
        throw error;
      }
    });
  }

  async start(name: string, input: unknown): Promise<void> {
    const { stateMachineArn } = this;
    await callAws({ action: 'states:StartExecution', on: { machine: stateMachineArn, name } }, async () => {
      try {
        await this.client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
      } catch (error) {
        if (!isAwsError(error, 'ExecutionAlreadyExists') || !(await this.hasInput(name, input))) {
          throw error;
        }
      }
    });
  }

  /** Step Functions forgives a repeated start only while the first execution runs; a later one is compared here. */
  private async hasInput(name: string, input: unknown): Promise<boolean> {
    const executionArn = `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const found = await this.client.send(new DescribeExecutionCommand({ executionArn }));
    return isDeepStrictEqual(JSON.parse(found.input ?? 'null'), JSON.parse(JSON.stringify(input)));
  }
}
