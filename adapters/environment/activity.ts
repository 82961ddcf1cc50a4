import { UpdateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import {
  DisableStageTransitionCommand,
  GetPipelineCommand,
  ListPipelineExecutionsCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { listAll } from '../paging';
import { ask, unlessGone } from './call';
import type { EnvironmentClients } from './clients';

/** Error name that a stopped execution shows. */
export const STOPPED_BY_DESTROY = 'EnvironmentDestroyed';

const REASON = 'the environment is being destroyed';

/** ARNs of the executions of a state machine that are running. */
export async function runningExecutions(
  { stepFunctions }: EnvironmentClients,
  stateMachineArn: string,
): Promise<readonly string[]> {
  const list = (nextToken: string | undefined) =>
    ask('states:ListExecutions', { stateMachine: stateMachineArn }, async () => {
      const answer = await stepFunctions.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken }),
      );
      return { items: answer.executions, next: answer.nextToken };
    });
  const found = (await unlessGone(['StateMachineDoesNotExist'], () => listAll(list))) ?? [];
  return found.map(({ executionArn }) => executionArn ?? '');
}

/** Stops an execution; one that has ended meanwhile is left as it is. */
export async function stopExecution(
  { stepFunctions }: EnvironmentClients,
  executionArn: string,
): Promise<void> {
  await unlessGone(['ExecutionDoesNotExist'], () =>
    ask('states:StopExecution', { execution: executionArn }, () =>
      stepFunctions.send(
        new StopExecutionCommand({ executionArn, error: STOPPED_BY_DESTROY, cause: REASON }),
      ),
    ),
  );
}

/** Ids of a pipeline's executions that are going on. */
export async function runningPipelineExecutions(
  { codePipeline }: EnvironmentClients,
  pipelineName: string,
): Promise<readonly string[]> {
  const answer = await unlessGone(['PipelineNotFoundException'], () =>
    ask('codepipeline:ListPipelineExecutions', { pipeline: pipelineName }, () =>
      codePipeline.send(new ListPipelineExecutionsCommand({ pipelineName })),
    ),
  );
  return (answer?.pipelineExecutionSummaries ?? [])
    .filter(({ status }) => status === 'InProgress')
    .map(({ pipelineExecutionId }) => pipelineExecutionId ?? '');
}

/** Lets nothing enter a pipeline's second stage any more, and stops what is in it. A pipeline that is gone is fine. */
export async function stopPipeline(clients: EnvironmentClients, name: string): Promise<void> {
  const { codePipeline } = clients;
  const gone = ['PipelineNotFoundException', 'StageNotFoundException'];
  await unlessGone(gone, async () => {
    const { pipeline } = await ask('codepipeline:GetPipeline', { pipeline: name }, () =>
      codePipeline.send(new GetPipelineCommand({ name })),
    );
    // Nothing can be kept from entering the first stage.
    const stageName = pipeline?.stages?.[1]?.name;
    if (stageName !== undefined) {
      const input = { pipelineName: name, stageName, transitionType: 'Inbound' as const, reason: REASON };
      await ask('codepipeline:DisableStageTransition', { pipeline: name, stage: stageName }, () =>
        codePipeline.send(new DisableStageTransitionCommand(input)),
      );
    }
  });
  const ended = ['PipelineExecutionNotStoppableException', 'DuplicatedStopRequestException', ...gone];
  for (const pipelineExecutionId of await runningPipelineExecutions(clients, name)) {
    const input = { pipelineName: name, pipelineExecutionId, abandon: true, reason: REASON };
    await unlessGone(ended, () =>
      ask('codepipeline:StopPipelineExecution', { pipeline: name, execution: pipelineExecutionId }, () =>
        codePipeline.send(new StopPipelineExecutionCommand(input)),
      ),
    );
  }
}

/** Switches an event rule off, so that nothing starts by itself. A rule that is gone is fine. */
export async function disableRule({ cloudControl }: EnvironmentClients, arn: string): Promise<void> {
  const patch = [{ op: 'replace', path: '/State', value: 'DISABLED' }];
  await unlessGone(['ResourceNotFoundException'], () =>
    ask('events:DisableRule', { rule: arn }, () =>
      cloudControl.send(
        new UpdateResourceCommand({
          TypeName: 'AWS::Events::Rule',
          Identifier: arn,
          PatchDocument: JSON.stringify(patch),
        }),
      ),
    ),
  );
}
