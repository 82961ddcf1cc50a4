import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import {
  createCodePipelineService,
  LatePipelines,
  type PipelineExecution,
} from '../../../../../rehearsal/aws/services/code-pipeline/service';
import { aContext, serve } from '../../services-fixtures';

const ID = '3137f7cb-7cf7-4395-83b0-000000000001';
const pipelineName = 'demo-shop';

let served: Awaited<ReturnType<typeof serve>>;
let client: CodePipelineClient;
let pipelines: LatePipelines;
let stopped: unknown[];

beforeEach(async () => {
  const context = aContext();
  pipelines = new LatePipelines();
  stopped = [];
  served = await serve(context, [createCodePipelineService(context, pipelines)]);
  client = new CodePipelineClient(served.config);
});
afterEach(async () => {
  client.destroy();
  await served.endpoint.close();
});

function bind(status: PipelineExecution['status'], stopReason: string | null = null): void {
  const at = new Date('2026-11-21T10:00:00Z');
  const execution = {
    id: ID,
    status,
    startedAt: at,
    updatedAt: at,
    commit: 'c0ffee',
    message: 'A change',
    stopReason,
  };
  pipelines.bind({
    of: (name) => (name === pipelineName ? [execution] : null),
    stop: (id, how) => stopped.push([id, how]),
  });
}

const stop = (abandon?: boolean) =>
  client.send(
    new StopPipelineExecutionCommand({
      pipelineName,
      pipelineExecutionId: ID,
      ...(abandon === undefined ? {} : { abandon }),
      reason: 'enough',
    }),
  );

describe('the CodePipeline API', () => {
  it('lists executions with their commits, and shows one', async () => {
    bind('Stopped', 'enough');
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    expect(pipelineExecutionSummaries).toMatchObject([
      {
        pipelineExecutionId: ID,
        status: 'Stopped',
        startTime: new Date('2026-11-21T10:00:00Z'),
        sourceRevisions: [{ revisionId: 'c0ffee', revisionSummary: 'A change' }],
      },
    ]);
    const shown = await client.send(
      new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId: ID }),
    );
    expect(shown.pipelineExecution).toMatchObject({ status: 'Stopped', statusSummary: 'enough' });
  });

  it('stops an execution, waiting for what it began or not; one that stops can still be abandoned', async () => {
    bind('InProgress');
    expect((await stop()).pipelineExecutionId).toBe(ID);
    bind('Stopping');
    await stop(true);
    expect(stopped).toEqual([
      [ID, { isAbandoned: false, reason: 'enough' }],
      [ID, { isAbandoned: true, reason: 'enough' }],
    ]);
  });

  it.each([
    ['Stopping', 'DuplicatedStopRequestException'],
    ['Stopped', 'PipelineExecutionNotStoppableException'],
    ['Succeeded', 'PipelineExecutionNotStoppableException'],
  ] as const)('refuses to stop an execution that is %s', async (status, name) => {
    bind(status);
    await expect(stop()).rejects.toMatchObject({ name });
    expect(stopped).toEqual([]);
  });

  it('refuses what CodePipeline’s model refuses, and says why', async () => {
    bind('InProgress');
    const bad = { pipelineName, pipelineExecutionId: 'newest' };
    await expect(client.send(new StopPipelineExecutionCommand(bad))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("at 'pipelineExecutionId'"),
    });
    const odd = { pipelineName: 'a b', nextToken: '', maxResults: 0 };
    await expect(client.send(new ListPipelineExecutionsCommand(odd))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('3 validation errors'),
    });
    expect(stopped).toEqual([]);
  });

  it('knows no pipeline before there is any, and no execution that there is not', async () => {
    await expect(stop()).rejects.toMatchObject({ name: 'PipelineNotFoundException' });
    bind('InProgress');
    const other = { pipelineName, pipelineExecutionId: ID.replace('1', '2') };
    await expect(client.send(new GetPipelineExecutionCommand(other))).rejects.toMatchObject({
      name: 'PipelineExecutionNotFoundException',
    });
    await expect(client.send(new StopPipelineExecutionCommand(other))).rejects.toMatchObject({
      name: 'PipelineExecutionNotStoppableException',
    });
  });
});
