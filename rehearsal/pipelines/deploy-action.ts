import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployAction } from '../assembly/describe/pipelines';
import {
  type ActionEnd,
  artifactDir,
  artifactKey,
  type ExecutionEnd,
  type PipelineParts,
  type RunContext,
} from './parts';
import { unlessAborted } from './until-aborted';

/** What a prepared run changes of its input: the build began ahead of the push. */
export interface InputChanges {
  /** Replaces `sequence`; null leaves it. */
  readonly sequence: number | null;
}

/** Starts the state machine with a file of the input artifact, and follows the execution to its end. */
export async function runDeploy(
  action: DeployAction,
  context: RunContext,
  parts: PipelineParts,
  changes: InputChanges,
): Promise<ActionEnd> {
  const { inputFile, namePrefix, stateMachineArn } = action;
  for (const name of action.inputs) {
    const key = artifactKey(context, name);
    parts.access.demandArtifact('read', context.pipelineRole, context.artifactBucket, key);
  }
  const file = join(artifactDir(context, action.inputs[0] ?? ''), inputFile);
  if (!existsSync(file)) {
    return {
      status: 'failed',
      summary: `${action.name}: the build's artifact holds no "${inputFile}"; let build.yml write it and name it under artifacts`,
    };
  }
  const input = inputOf(readFileSync(file, 'utf8'), context, parts, changes);
  const { machines, access } = parts;
  // Named by the action's own execution, as CodePipeline does.
  const name = [namePrefix, randomUUID()].filter((part) => part !== null).join('-');
  access.demand(context.pipelineRole, ['states:DescribeStateMachine'], stateMachineArn);
  const executionArn = await machines.start(context.pipelineRole, {
    stateMachineArn,
    name,
    input,
  });
  context.report.rolloutStarted(name);
  context.report.say(`started ${executionArn}`);
  const ended = machines.follow(context.pipelineRole, executionArn).then((end) => endOf(action, end));
  return unlessAborted<ActionEnd>(ended, context.signal, {
    status: 'failed',
    summary: `${action.name}: the rehearsal ended`,
  });
}

/** The file's content, with what the scenario replaces; text that is no JSON object goes on as it is, as on AWS. */
function inputOf(text: string, context: RunContext, parts: PipelineParts, changes: InputChanges): string {
  const overrides = parts.deployOverrides(context.service);
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return text;
  }
  const members = input as Record<string, unknown>;
  const changed: Record<string, unknown> = { ...members };
  if (Object.keys(overrides).length > 0) {
    changed.deploy = { ...Object(members.deploy), ...overrides };
    context.report.say(
      `rehearsal: the scenario replaces ${Object.keys(overrides).join(', ')} of deploy.json in the rollout's input`,
    );
  }
  if (changes.sequence !== null && members.sequence !== undefined) {
    changed.sequence = changes.sequence;
    context.report.say('rehearsal: sequence is that of the push, for the build was made ahead of it');
  }
  return JSON.stringify(changed);
}

function endOf(action: DeployAction, end: ExecutionEnd): ActionEnd {
  if (end.status === 'SUCCEEDED') {
    return { status: 'succeeded', summary: outcomeIn(end.output) };
  }
  const why = [end.error || end.status, end.cause].filter((part) => part !== '').join(': ');
  return {
    status: end.error === 'Superseded' ? 'superseded' : 'failed',
    summary: `${action.name}: ${why.split('\n')[0]}`,
  };
}

function outcomeIn(output: string): string {
  try {
    const { progress } = JSON.parse(output) as { progress?: { outcome?: string } };
    return progress?.outcome ?? 'succeeded';
  } catch {
    return 'succeeded';
  }
}
