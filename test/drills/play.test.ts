import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveState } from '../../rehearsal/live/state';
import { ChildRehearsal, processesOf } from '../_helpers/child-rehearsal';

/** The guide docs/guides/play.md, walked as a person does: by Git, by HTTP, by the page's own state. */
jest.setTimeout(900_000);

const SERVICE = 'yelb-appserver';
const VOTE = '/api/vote/bucadibeppo';

let folder: string;
let playing: ChildRehearsal;
let application: string;
let page: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'play-'));
  playing = new ChildRehearsal(['--interactive', '--speed', '20', '--out', join(folder, 'out')]);
  await playing.says('Ctrl-C ends everything.');
  application = printed(/^Application +(\S+)$/m);
  page = printed(/^Live page +(\S+)$/m);
});

afterAll(() => {
  playing.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const printed = (pattern: RegExp): string => pattern.exec(playing.output)?.[1] ?? '';

async function state(): Promise<LiveState> {
  return (await fetch(`${page}state.json`)).json() as Promise<LiveState>;
}

async function until<T>(look: (now: LiveState) => T | undefined): Promise<T> {
  for (;;) {
    const found = look(await state());
    if (found !== undefined) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function git(...args: string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost'];
  return execFileSync('git', [...person, ...args], {
    cwd: join(folder, SERVICE),
    env,
    stdio: 'pipe',
  }).toString();
}

/** Edits one line, commits and pushes; answers the commit. */
function release(file: string, from: string, to: string): string {
  const path = join(folder, SERVICE, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  git('commit', '--quiet', '--all', '--message', `${from} becomes ${to}`);
  git('push', '--quiet', 'origin', 'HEAD:main');
  return git('rev-parse', 'HEAD').trim();
}

async function votes(): Promise<number> {
  const answer = await fetch(`${application}${VOTE}`, {
    method: 'POST',
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
  return Number(/\d+/.exec(await answer.text())?.[0]);
}

async function votesPerClick(): Promise<number> {
  const before = await votes();
  return (await votes()) - before;
}

describe('playing', () => {
  it('walks the guide: first releases, fix, break, end', async () => {
    await playing.says('application ready');
    await until(({ rollouts }) =>
      rollouts.filter(({ outcome }) => outcome === 'Promoted').length >= 4 ? true : undefined,
    );
    expect((await (await fetch(application)).text()).toLowerCase()).toContain('<html');
    expect(await votesPerClick()).toBe(2);

    const remote = (await state()).services.find(({ name }) => name === SERVICE)?.gitRemote ?? '';
    execFileSync('git', ['clone', '--quiet', remote, join(folder, SERVICE)], { stdio: 'pipe' });
    const pushedAt = performance.now();
    const fixed = release('src/votes.ts', 'VOTE_INCREMENT = 2', 'VOTE_INCREMENT = 1');
    const runOf = ({ pipelines }: LiveState) => pipelines.find(({ commit }) => commit === fixed);
    await until((now) =>
      runOf(now)?.stages.find(({ name, status }) => name === 'Build' && status === 'succeeded'),
    );
    const builtAt = performance.now();
    const build = await until((now) => {
      const run = runOf(now);
      return run?.rolloutId === null ? undefined : run;
    });
    await until(({ rollouts }) =>
      rollouts
        .find(({ id }) => id === build.rolloutId)
        ?.states.find(({ state: entered }) => entered === 'WaitForTasks'),
    );
    const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1);
    process.stderr.write(
      `push to built: ${seconds(pushedAt, builtAt)} s wall; then until its tasks start: ${seconds(builtAt, performance.now())} s\n`,
    );
    const promoted = await until(({ rollouts }) =>
      rollouts.find(({ id, endedAt }) => id === build.rolloutId && endedAt !== null),
    );
    expect(promoted).toMatchObject({ service: SERVICE, outcome: 'Promoted' });
    expect(await votesPerClick()).toBe(1);

    const broken = release('src/port.ts', 'LISTEN_PORT = 4567', 'LISTEN_PORT = 4568');
    const ended = await until(({ pipelines }) =>
      pipelines.find(({ commit, endedAt }) => commit === broken && endedAt !== null),
    );
    expect(ended.stages.at(-1)).toMatchObject({
      status: 'failed',
      summary: expect.stringContaining('RolledBack'),
    });
    expect(await votesPerClick()).toBe(1);

    playing.interrupt();
    expect(await playing.exit()).toBe(0);
    expect(playing.output).toContain('Rollouts     5 Promoted, 1 RolledBack');
    expect(existsSync('/proc/self/environ') ? processesOf(folder) : []).toEqual([]);
  });
});
