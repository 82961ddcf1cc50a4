import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  checkout,
  commitChange,
  createRepository,
  openRepository,
  resolveRevision,
} from '../../../rehearsal/repositories';

const SEED = resolve(__dirname, '../../../microservices/yelb-appserver');

describe('service repositories', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'repositories-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const seeded = () =>
    createRepository({ workDir: join(folder, 'work'), name: 'yelb-appserver', seedFrom: SEED });

  const theFix = {
    replace: [{ file: 'src/votes.ts', find: 'VOTE_INCREMENT = 2', replace: 'VOTE_INCREMENT = 1' }],
    message: 'Count each vote once',
  };

  it('seeds from a folder without what its .gitignore names', async () => {
    const dir = await checkout(await seeded(), 'main');
    expect(existsSync(join(dir, 'Dockerfile'))).toBe(true);
    expect(existsSync(join(dir, 'node_modules'))).toBe(false);
    expect(existsSync(join(dir, 'dist'))).toBe(false);
  });

  it('commits a change and checks both revisions out side by side', async () => {
    const repository = await seeded();
    const before = await resolveRevision(repository, 'main');
    const after = await commitChange(repository, theFix);
    expect(await resolveRevision(repository, 'main')).toBe(after);
    expect(await resolveRevision(repository, 'main~1')).toBe(before);
    expect(readFileSync(join(await checkout(repository, before), 'src/votes.ts'), 'utf8')).toContain('= 2');
    expect(readFileSync(join(await checkout(repository, after), 'src/votes.ts'), 'utf8')).toContain('= 1');
  });

  it('gives the same change the same id in every run', async () => {
    const first = await commitChange(await seeded(), theFix);
    expect(await commitChange(await seeded(), theFix)).toBe(first);
  });

  it('starts empty and takes whole files', async () => {
    const repository = await createRepository({ workDir: folder, name: 'fresh' });
    await commitChange(repository, { files: { 'specfiles/deploy.json': '{}\n' }, message: 'Add a file' });
    expect(readFileSync(join(await checkout(repository, 'main'), 'specfiles/deploy.json'), 'utf8')).toBe(
      '{}\n',
    );
  });

  it('takes the push of an ordinary clone', async () => {
    const repository = await seeded();
    const clone = join(folder, 'clone');
    const run = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', ...args], {
        cwd: folder,
        stdio: 'pipe',
      });
    run('clone', '-q', repository.dir, clone);
    writeFileSync(join(clone, 'new.txt'), 'x');
    run('-C', clone, 'add', 'new.txt');
    run('-C', clone, 'commit', '-qm', 'Add');
    run('-C', clone, 'push', '-q', 'origin', 'HEAD');
    expect(existsSync(join(await checkout(repository, 'main'), 'new.txt'))).toBe(true);
  });

  it('opens a repository with a working folder and leaves it untouched', async () => {
    const repository = await seeded();
    const clone = join(folder, 'own-service');
    execFileSync('git', ['clone', '-q', repository.dir, clone], { stdio: 'pipe' });
    writeFileSync(join(clone, 'uncommitted.txt'), 'x');
    const own = await openRepository({ path: clone, workDir: join(folder, 'own-work') });
    const dir = await checkout(own, 'HEAD');
    expect(own.name).toBe('own-service');
    expect(existsSync(join(dir, 'uncommitted.txt'))).toBe(false);
    expect(execFileSync('git', ['-C', clone, 'worktree', 'list']).toString().trim().split('\n')).toHaveLength(
      1,
    );
  });

  it('fails on a text that is not there, naming file and text', async () => {
    const change = { message: 'x', replace: [{ file: 'src/votes.ts', find: 'nowhere', replace: '' }] };
    await expect(commitChange(await seeded(), change)).rejects.toThrow(
      /"src\/votes.ts" does not hold .*"nowhere"/,
    );
  });

  it('fails on all problems of a change at once', async () => {
    const replace = [
      { file: 'missing.ts', find: 'a', replace: 'b' },
      { file: '../outside.ts', find: 'a', replace: 'b' },
      { file: 'src/api.ts', find: 'const', replace: 'let' },
    ];
    await expect(commitChange(await seeded(), { message: 'x', replace })).rejects.toThrow(
      /"missing.ts" does not exist.*"..\/outside.ts" lies outside.*more than once/,
    );
  });

  it('fails on a change that changes nothing', async () => {
    const change = {
      message: 'Nothing',
      files: { '.gitignore': readFileSync(join(SEED, '.gitignore'), 'utf8') },
    };
    await expect(commitChange(await seeded(), change)).rejects.toThrow(/leaves every file/);
  });

  it('fails on an unknown revision, naming what there is', async () => {
    await expect(resolveRevision(await seeded(), 'v9')).rejects.toThrow(
      /no revision "v9"; branches: main; newest commits: \w+ Start/,
    );
  });

  it('fails on a folder that is no repository, or none at all', async () => {
    // Below the temporary folder there is no repository.
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    await expect(openRepository({ path: plain, workDir: folder })).rejects.toThrow(/is not a Git repository/);
    await expect(openRepository({ path: join(folder, 'no'), workDir: folder })).rejects.toThrow(
      /is no folder/,
    );
    await expect(createRepository({ workDir: folder, name: 'a', seedFrom: '/no/such' })).rejects.toThrow(
      /is no folder/,
    );
  });

  it('fails clearly where git is missing', async () => {
    const repository = await seeded();
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(commitChange(repository, theFix)).rejects.toThrow(/git is not installed/);
    } finally {
      process.env.PATH = path;
    }
  });
});
