import * as z from 'zod';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { parseInput, textOf } from '../../server/validation';
import { pageOf } from '../paging';

const PAGES = { defaultSize: 100, maxSize: 100, tokenError: 'InvalidNextTokenException' };

/** One execution of a pipeline, as the API tells of it. */
export interface PipelineExecution {
  readonly id: string;
  readonly status: 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed';
  readonly startedAt: Date;
  readonly updatedAt: Date;
  /** Full commit id. */
  readonly commit: string;
  /** First line of the commit's message. */
  readonly message: string;
  /** What whoever stopped it gave as reason; null when nobody did. */
  readonly stopReason: string | null;
}

/** The pipelines that run, behind the API. */
export interface PipelineExecutions {
  /** Newest first; null when there is no pipeline of that name. */
  of(pipelineName: string): readonly PipelineExecution[] | null;
  /** Stops an execution that is in progress or stopping; one that is abandoned leaves to itself what it began. */
  stop(id: string, how: { readonly isAbandoned: boolean; readonly reason: string }): void;
}

/** The pipelines of a local AWS, which are started after it; until then it has none. */
export class LatePipelines implements PipelineExecutions {
  private bound: PipelineExecutions | undefined;

  bind(pipelines: PipelineExecutions): void {
    this.bound = pipelines;
  }

  of(pipelineName: string): readonly PipelineExecution[] | null {
    return this.bound?.of(pipelineName) ?? null;
  }

  stop(...args: Parameters<PipelineExecutions['stop']>): void {
    this.bound?.stop(...args);
  }
}

const inPipeline = z.object({
  pipelineName: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9.@_-]+$/),
});
const ofExecution = inPipeline.extend({
  pipelineExecutionId: z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
});
const listInput = inPipeline.extend({
  maxResults: z.int().min(1).max(100).optional(),
  nextToken: z.string().min(1).max(2048).optional(),
});
const stopInput = ofExecution.extend({
  abandon: z.boolean().default(false),
  reason: z.string().max(200).default(''),
});

type Named = z.infer<typeof ofExecution>;

/**
 * What a person needs of the CodePipeline API to look at executions and to stop one.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-stop.html
 */
export function createCodePipelineService(context: ApiContext, pipelines: PipelineExecutions): ApiService {
  const on = (name: string, run: ApiOperation['run']): ApiOperation => ({
    iamAction: `codepipeline:${name}`,
    resources: ({ pipelineName }) => [
      `arn:aws:codepipeline:${context.region}:${context.account}:${textOf(pipelineName)}`,
    ],
    run,
  });
  const executionsOf = (pipelineName: string): readonly PipelineExecution[] => {
    const found = pipelines.of(pipelineName);
    if (found !== null) return found;
    throw new ApiError(
      'PipelineNotFoundException',
      `Account '${context.account}' does not have a pipeline with name '${pipelineName}'`,
    );
  };
  const find = ({ pipelineName, pipelineExecutionId }: Named): PipelineExecution | undefined =>
    executionsOf(pipelineName).find(({ id }) => id === pipelineExecutionId);
  return {
    signingName: 'codepipeline',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'CodePipeline_20150709' }],
    operations: {
      ListPipelineExecutions: on('ListPipelineExecutions', (given) => {
        const { pipelineName, nextToken, maxResults } = parseInput(listInput, given);
        const page = pageOf(executionsOf(pipelineName), nextToken, maxResults, PAGES);
        return { pipelineExecutionSummaries: page.items.map(renderSummary), nextToken: page.nextToken };
      }),
      GetPipelineExecution: on('GetPipelineExecution', (given) => {
        const input = parseInput(ofExecution, given);
        const found = find(input);
        if (found === undefined) throw notFound(input);
        return { pipelineExecution: renderExecution(input.pipelineName, found) };
      }),
      StopPipelineExecution: on('StopPipelineExecution', (given) => {
        const { abandon: isAbandoned, reason, ...input } = parseInput(stopInput, given);
        const found = demandStoppable(find(input), isAbandoned, input);
        pipelines.stop(found.id, { isAbandoned, reason });
        return { pipelineExecutionId: found.id };
      }),
    },
  };
}

function demandStoppable(
  found: PipelineExecution | undefined,
  isAbandoned: boolean,
  { pipelineExecutionId }: Named,
): PipelineExecution {
  if (found?.status === 'Stopping' && !isAbandoned) {
    throw new ApiError(
      'DuplicatedStopRequestException',
      `Pipeline execution '${pipelineExecutionId}' is already stopping; it can be abandoned`,
    );
  }
  if (found?.status !== 'InProgress' && found?.status !== 'Stopping') {
    throw new ApiError(
      'PipelineExecutionNotStoppableException',
      `Pipeline execution '${pipelineExecutionId}' is ${found?.status ?? 'not known'} and cannot be stopped`,
    );
  }
  return found;
}

function notFound({ pipelineName, pipelineExecutionId }: Named): ApiError {
  return new ApiError(
    'PipelineExecutionNotFoundException',
    `Pipeline '${pipelineName}' does not have an execution with id '${pipelineExecutionId}'`,
  );
}

function renderSummary(execution: PipelineExecution) {
  const { id, status, startedAt, updatedAt, commit, message, stopReason } = execution;
  return {
    pipelineExecutionId: id,
    status,
    startTime: startedAt,
    lastUpdateTime: updatedAt,
    sourceRevisions: [{ actionName: 'Source', revisionId: commit, revisionSummary: message }],
    executionMode: 'PARALLEL',
    ...(stopReason === null ? {} : { stopTrigger: { reason: stopReason } }),
  };
}

function renderExecution(
  pipelineName: string,
  { id, status, commit, message, stopReason }: PipelineExecution,
) {
  return {
    pipelineName,
    pipelineVersion: 1,
    pipelineExecutionId: id,
    status,
    ...(stopReason === null ? {} : { statusSummary: stopReason }),
    artifactRevisions: [{ name: 'Source', revisionId: commit, revisionSummary: message }],
    executionMode: 'PARALLEL',
  };
}
