import type { PipelineRun } from '../../../rehearsal/live/state';
import { FILES, git, PipelineFixture } from './fixture';

// Each test runs a dozen processes, on a machine that may be busy.
jest.setTimeout(120_000);

let fixture: PipelineFixture;

async function start(files?: Readonly<Record<string, string>> | null): Promise<void> {
  fixture = await PipelineFixture.start(files);
}

afterEach(() => fixture.stop());

const ended = (run: PipelineRun): boolean => run.endedAt !== null;
const deploying = (run: PipelineRun): boolean => run.rolloutId !== null;
const stagesOf = (run: PipelineRun): readonly string[] => run.stages.map(({ status }) => status);

describe('a push to main', () => {
  it('is built by build.yml as it stands, and rolled out; the run follows the rollout to its end', async () => {
    await start();
    const clone = await fixture.clone();
    const { said, commit } = await fixture.push(clone, { app: 'two\n' });
    expect(said).toContain(`remote: pipeline demo-shop started for ${commit.slice(0, 8)}`);

    const running = await fixture.run(commit, deploying);
    expect(running).toMatchObject({ service: 'shop', author: 'Ada', message: 'A change', status: 'running' });
    expect(stagesOf(running)).toEqual(['succeeded', 'succeeded', 'running']);
    const [image] = [...fixture.images.keys()];
    expect(image).toMatch(new RegExp(`demo-shop:${commit}$`));
    expect(fixture.inputs).toEqual([
      { service: 'shop', image, sequence: expect.any(Number), deploy: { a: 1, b: 2 } },
    ]);
    expect(running.stages[1]?.log).toContainEqual(expect.stringContaining('docker and aws are stand-ins'));
    expect(running.stages[2]?.log).toContainEqual(expect.stringContaining('the scenario replaces b'));

    fixture.endRollout(running, { status: 'SUCCEEDED', output: '{"progress":{"outcome":"Promoted"}}' });
    const done = await fixture.run(commit, ended);
    expect(done.status).toBe('succeeded');
    expect(done.stages[2]?.summary).toBe('Promoted');
    expect(fixture.news.at(-1)).toMatchObject({ level: 'good' });
  });

  it('starts a pipeline in an empty repository, whose first push makes main', async () => {
    await start(null);
    const clone = await fixture.clone();
    const { commit } = await fixture.push(clone, FILES);
    expect(stagesOf(await fixture.run(commit, deploying))).toEqual(['succeeded', 'succeeded', 'running']);
  });

  it('fails with outcome and reason of a rollout that was rolled back', async () => {
    await start();
    const { commit } = await fixture.push(await fixture.clone(), { app: 'bad\n' });
    fixture.endRollout(await fixture.run(commit, deploying), {
      error: 'RolledBack',
      cause: 'success_rate >= 99 % broken',
    });
    expect((await fixture.run(commit, ended)).stages[2]).toMatchObject({
      status: 'failed',
      summary: 'Rollout: RolledBack: success_rate >= 99 % broken',
    });
  });

  it('supersedes the run of the commit that a force-push replaces', async () => {
    await start();
    const clone = await fixture.clone();
    const first = await fixture.push(clone, { app: 'first\n' });
    const running = await fixture.run(first.commit, deploying);
    await git(clone, 'reset', '--quiet', '--hard', 'HEAD~1');
    const second = await fixture.push(clone, { app: 'second\n' }, '--force', 'HEAD:main');
    const other = await fixture.run(second.commit, deploying);
    fixture.endRollout(running, { error: 'Superseded', cause: 'by a newer rollout' });
    expect((await fixture.run(first.commit, ended)).status).toBe('superseded');
    expect((await fixture.run(second.commit, () => true)).status).toBe('running');
    const [older, newer] = fixture.inputs.map(({ sequence }) => Number(sequence));
    expect(newer).toBeGreaterThan(older ?? 0);
    expect(other.commit).toBe(second.commit);
  });

  it('runs both pipelines of two pushes within a second, each with its own commit', async () => {
    await start();
    const clone = await fixture.clone();
    const one = await fixture.push(clone, { app: 'one more\n' });
    const two = await fixture.push(clone, { app: 'and another\n' });
    await Promise.all([fixture.run(one.commit, deploying), fixture.run(two.commit, deploying)]);
    const images = fixture.inputs.map(({ image }) => String(image).split(':').at(-1));
    expect([...images].sort()).toEqual([one.commit, two.commit].sort());
  });
});

describe('a push that cannot be released', () => {
  it.each([
    [
      'a broken build',
      {
        'specfiles/build.yml': FILES['specfiles/build.yml']!.replace(
          'docker build',
          'echo about to fail; sh -c "exit 9"; docker build',
        )
          .replace('--tag', '--quiet --tag')
          .replace('commands: [', 'commands: [')
          .replace('echo about', 'set -e; echo about'),
      },
      /Image, build: .*ended with exit code 9/,
      'about to fail',
    ],
    [
      'a missing specfile',
      { 'specfiles/deploy.json': null },
      /Check, build: .* ended with exit code 1/,
      'specfiles/deploy.json: no file',
    ],
    [
      'a Dockerfile that is not there',
      { Dockerfile: null },
      /Image, build: "docker build .* ended with exit code 1/,
      '"Dockerfile" is not in',
    ],
    [
      'a key in build.yml that is not rehearsed',
      { 'specfiles/build.yml': `${FILES['specfiles/build.yml']}reports: {}\n` },
      /Image: specfiles\/build.yml: reports/,
      'reports',
    ],
    [
      'a docker command that is not rehearsed',
      { 'specfiles/build.yml': FILES['specfiles/build.yml']!.replace('docker build', 'docker run') },
      /exit code 125/,
      'not rehearsed; the stand-in for docker knows',
    ],
    [
      'no rollout.json',
      { 'specfiles/build.yml': FILES['specfiles/build.yml']!.replace('> rollout.json', '> other.json') },
      /no matching artifact for "rollout.json"/,
      'pushed',
    ],
  ] as const)('ends in its Build stage with %s', async (_what, files, summary, line) => {
    await start();
    const { commit } = await fixture.push(await fixture.clone(), files);
    const run = await fixture.run(commit, ended);
    expect(stagesOf(run)).toEqual(['succeeded', 'failed', 'waiting']);
    expect(run.stages[1]?.summary).toMatch(summary);
    expect(run.stages[1]?.log.join('\n')).toContain(line);
    expect(fixture.inputs).toEqual([]);
    expect(fixture.news.at(-1)).toMatchObject({
      level: 'bad',
      text: expect.stringContaining('stage Build failed'),
    });
  });

  it('ends where a role may not do what it must', async () => {
    await start();
    fixture.denied.add('ecr:PutImage');
    const { commit } = await fixture.push(await fixture.clone(), { app: 'x\n' });
    const run = await fixture.run(commit, ended);
    expect(run.stages[1]?.log.join('\n')).toContain('role "build" may not call ecr:PutImage');
  });
});

describe('a push that is no release', () => {
  it('of another branch or a tag starts nothing, and says so to whoever pushed and on the page', async () => {
    await start();
    const clone = await fixture.clone();
    const branch = await fixture.push(clone, { app: 'x\n' }, 'HEAD:refs/heads/try');
    expect(branch.said).toContain(
      'remote: branch "try" pushed; nothing starts: only a push to "main" is a release',
    );
    await git(clone, 'tag', 'v1');
    expect(await git(clone, 'push', 'origin', 'v1')).toContain('remote: tag "v1" pushed; nothing starts');
    expect(fixture.engine.runs()).toEqual([]);
    expect(fixture.news.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('branch "try" pushed'),
    );
  });

  it('refuses to delete main', async () => {
    await start();
    await expect(git(await fixture.clone(), 'push', 'origin', ':main')).rejects.toThrow(
      /deletion of main refused: it is the branch that is released/,
    );
    expect(fixture.news.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('deletion of main refused'),
    );
  });
});

describe('a rehearsal that has ended', () => {
  it('keeps a push and tells that nothing builds it', async () => {
    await start();
    const clone = await fixture.clone();
    // As a rehearsal that was killed: its hooks are still there, its door is not.
    const { copyFileSync } = await import('node:fs');
    const hook = `${fixture.repository.dir}/hooks/post-receive`;
    copyFileSync(hook, `${hook}.kept`);
    await fixture.engine.stop();
    copyFileSync(`${hook}.kept`, hook);
    const { said, commit } = await fixture.push(clone, { app: 'late\n' });
    expect(said).toContain('remote: the rehearsal of this repository has ended');
    expect((await git(fixture.repository.dir, 'rev-parse', 'main')).trim()).toBe(commit);
  });

  it('ends what is building', async () => {
    await start({
      ...FILES,
      'specfiles/build.yml': FILES['specfiles/build.yml']!.replace('docker build', 'sleep 100; docker build'),
    });
    const { commit } = await fixture.push(await fixture.clone(), { app: 'x\n' });
    await fixture.run(
      commit,
      (run) => run.stages[1]?.log.some((line) => line.includes('sleep 100')) === true,
    );
    await fixture.engine.stop();
    expect((await fixture.run(commit, ended)).status).toBe('failed');
  });
});

describe('a release that is prepared', () => {
  it('is built before its push, and goes on at once when that comes', async () => {
    await start();
    const { stageChange, pushCommit } = await import('../../../rehearsal/repositories');
    const commit = await stageChange(fixture.repository, { files: { app: 'soon\n' }, message: 'Soon' });
    await fixture.engine.prepare('shop', commit);
    expect(fixture.engine.runs()).toEqual([]);
    expect(fixture.images.size).toBe(1);

    await pushCommit(fixture.repository, commit);
    const run = await fixture.engine.rolloutOf('shop', commit, new AbortController().signal);
    expect(run.stages[2]?.log).toContainEqual(expect.stringContaining('sequence is that of the push'));
  });
});
