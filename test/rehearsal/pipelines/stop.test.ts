import type { PipelineExecution } from '../../../rehearsal/aws/services/code-pipeline/service';
import type { PipelineRun } from '../../../rehearsal/live/state';
import { FILES, PipelineFixture } from './fixture';

// Each test runs a dozen processes, on a machine that may be busy.
jest.setTimeout(120_000);

let fixture: PipelineFixture;
afterEach(() => fixture.stop());

const ended = (run: PipelineRun): boolean => run.endedAt !== null;
const deploying = (run: PipelineRun): boolean => run.rolloutId !== null;

function execution(): PipelineExecution {
  const [newest] = fixture.engine.executions.of('demo-shop') ?? [];
  if (newest === undefined) throw new Error('no execution of demo-shop');
  return newest;
}

/** Pushes a change and waits until its rollout runs. */
async function aRollout(): Promise<PipelineRun> {
  fixture = await PipelineFixture.start();
  const { commit } = await fixture.push(await fixture.clone(), { app: 'two\n' });
  return fixture.run(commit, deploying);
}

describe('a pipeline that somebody stops', () => {
  it('is over at once when it is abandoned, and says that its rollout goes on without it', async () => {
    const run = await aRollout();
    expect(execution()).toMatchObject({ id: run.id, status: 'InProgress', commit: run.commit });
    fixture.engine.executions.stop(run.id, { isAbandoned: true, reason: 'too slow' });
    const over = await fixture.run(run.commit, ended);
    expect(over).toMatchObject({ status: 'stopped', rolloutId: run.rolloutId });
    expect(over.stages[2]).toMatchObject({
      status: 'stopped',
      summary: `stopped by hand (too slow); rollout ${run.rolloutId} goes on without it`,
    });
    expect(execution()).toMatchObject({ status: 'Stopped', stopReason: 'too slow' });

    fixture.endRollout(run, { error: 'RolledBack' });
    await fixture.engine.stop();
    expect((await fixture.run(run.commit, ended)).status).toBe('stopped');
    expect(fixture.news.filter(({ text }) => text.includes('stage Deploy'))).toHaveLength(1);
  });

  it('waits for its rollout when it is stopped without being abandoned', async () => {
    const run = await aRollout();
    fixture.engine.executions.stop(run.id, { isAbandoned: false, reason: '' });
    expect(execution().status).toBe('Stopping');
    fixture.endRollout(run, { status: 'SUCCEEDED', output: '{"progress":{"outcome":"Promoted"}}' });
    const over = await fixture.run(run.commit, ended);
    expect(over.status).toBe('stopped');
    expect(over.stages[2]).toMatchObject({ status: 'succeeded', summary: 'Promoted' });
    expect(execution().status).toBe('Stopped');
  });

  it('begins nothing more: stopped while it builds it starts no rollout', async () => {
    const slow = {
      'specfiles/build.yml': FILES['specfiles/build.yml']!.replace('docker build', 'sleep 0.3; docker build'),
    };
    fixture = await PipelineFixture.start({ ...FILES, ...slow });
    const { commit } = await fixture.push(await fixture.clone(), { app: 'x\n' });
    const run = await fixture.run(commit, ({ stages }) => stages[1]?.status === 'running');
    fixture.engine.executions.stop(run.id, { isAbandoned: false, reason: '' });
    const over = await fixture.run(commit, ended);
    expect([over.status, over.rolloutId, over.stages[2]?.status]).toEqual(['stopped', null, 'waiting']);
    expect(fixture.inputs).toEqual([]);
  });

  it('is not known by a pipeline that there is not', async () => {
    await aRollout();
    expect(fixture.engine.executions.of('demo-other')).toBeNull();
  });
});
