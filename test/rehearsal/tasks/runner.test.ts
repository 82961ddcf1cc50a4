import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskRunner } from '../../../rehearsal/contracts';
import type { BuiltImage } from '../../../rehearsal/images';
import { createTaskRunner, type TaskRunnerOptions } from '../../../rehearsal/tasks';
import { aClock, aTask, observe, VENV } from './fixtures';

/** Writes its environment, serves `ok` on HOST:PORT, ends on SIGTERM after a moment. */
const SERVER = `
console.log('env ' + JSON.stringify(process.env));
const server = require('node:http').createServer((q, s) => s.end('ok'));
server.listen(Number(process.env.LISTEN ?? 0), process.env.LISTEN ? process.env.HOST : '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
`;

describe('task runner', () => {
  let folder: string;
  let runner: TaskRunner;
  let logs: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasks-test-'));
    logs = [];
    runner = createTaskRunner(settings());
  });
  afterEach(async () => {
    await runner.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  function settings(): TaskRunnerOptions {
    return {
      images: (uri) => (uri === 'missing' ? undefined : anImage(uri)),
      clock: aClock(50),
      venv: VENV,
      secrets: (name) => (name === 'known' ? 'hidden' : undefined),
      egress: (node, name, port) => {
        if (name.startsWith('unknown')) throw new Error(`no virtual service "${name}"`);
        return { host: `${node}.${name}`, port: port + 1 };
      },
      workDir: join(folder, 'work'),
      cacheDir: join(folder, 'cache'),
      onLog: (_task, _container, line) => logs.push(line),
      healthCheckFloor: { starting: 20, steady: 20 },
    };
  }

  /** An image whose only file is a script. */
  function anImage(script: string): BuiltImage {
    const root = join(folder, 'root');
    mkdirSync(root, { recursive: true });
    const file = join(root, `${Buffer.from(script).toString('base64url').slice(-40)}.js`);
    writeFileSync(file, script);
    return {
      service: 's',
      commit: 'a',
      contentId: 'x',
      kind: 'process',
      root,
      workdir: root,
      env: { PATH: process.env.PATH ?? '', FROM_IMAGE: 'yes' },
      command: [process.execPath, file],
      entrypoint: [process.execPath],
      cmd: [file],
      expose: [],
      stopSignal: 'SIGTERM',
      initFiles: [],
      notes: [],
      cached: false,
      wallMillis: 0,
    };
  }

  const start = (container: ContainerDefinition) => observe(runner, aTask(container));
  const logged = async (pattern: RegExp) => {
    while (!logs.some((line) => pattern.test(line))) await new Promise((done) => setTimeout(done, 10));
    return logs.find((line) => pattern.test(line)) ?? '';
  };

  it('gives the process its address, endpoints, secrets and version, and nothing of ours', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'must-not-be-passed';
    const task = start({
      image: SERVER,
      environment: [
        { name: 'YELB_DB_ENDPOINT', value: 'yelb-db.yelb.local:5432' },
        { name: 'OTHER_ENDPOINT', value: '10.0.0.1:80' },
        { name: 'PORT', value: '4567' },
        { name: 'HOST', value: '0.0.0.0' },
      ],
      secrets: [{ name: 'DB_PASSWORD', valueFrom: 'known' }],
    });
    const { ip } = await task.until('running');
    const env = JSON.parse((await logged(/^env /)).slice(4));
    delete process.env.AWS_SECRET_ACCESS_KEY;
    expect(ip).toMatch(/^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./);
    expect(env).toMatchObject({
      HOST: ip,
      HOSTNAME: `ip-${ip.replaceAll('.', '-')}`,
      PORT: '4567',
      DB_PASSWORD: 'hidden',
      FROM_IMAGE: 'yes',
      YELB_DB_ENDPOINT: 'rehearsal-service-abcdef12.yelb-db.yelb.local:5433',
      OTHER_ENDPOINT: '10.0.0.1:80',
    });
    expect(env.AWS_SECRET_ACCESS_KEY).toBeUndefined();
  });

  it('lets two tasks listen on the same port, each on its own address', async () => {
    const container = { image: SERVER, environment: [{ name: 'LISTEN', value: '4567' }] };
    const tasks = [start(container), start(container)];
    const running = await Promise.all(tasks.map((task) => task.until('running')));
    while (logs.filter((line) => line === 'ready').length < 2)
      await new Promise((done) => setTimeout(done, 10));
    for (const { ip } of running) expect(await (await fetch(`http://${ip}:4567`)).text()).toBe('ok');
    expect(running[0]?.ip).not.toBe(running[1]?.ip);
  });

  it('reports health changes of the container health check', async () => {
    const flag = join(folder, 'flag');
    writeFileSync(flag, '');
    const healthCheck = { command: ['CMD-SHELL', `test -e ${flag}`], interval: 1, retries: 2 };
    const task = start({ image: SERVER, healthCheck });
    expect((await task.until('health')).status).toBe('HEALTHY');
    rmSync(flag);
    while (!task.changes.some((change) => change.kind === 'health' && change.status === 'UNHEALTHY')) {
      await new Promise((done) => setTimeout(done, 10));
    }
  });

  it('counts failures only after the start period', async () => {
    const healthCheck = { command: ['CMD', 'false'], interval: 1, retries: 1, startPeriod: 15 };
    const task = start({ image: SERVER, healthCheck });
    const startedAt = Date.now();
    expect((await task.until('health')).status).toBe('UNHEALTHY');
    expect((Date.now() - startedAt) * 50).toBeGreaterThanOrEqual(15_000);
  });

  it('stops with the reason given and removes the task folder', async () => {
    const task = start({ image: SERVER });
    await task.until('running');
    await logged(/ready/);
    expect(readdirSync(join(folder, 'work'))).toHaveLength(1);
    await task.stop('Scaling activity initiated by deployment ecs-svc/1');
    await task.stop('again');
    expect(task.changes.filter(({ kind }) => kind === 'stopped')).toEqual([
      expect.objectContaining({
        stoppedReason: 'Scaling activity initiated by deployment ecs-svc/1',
        exitCode: 0,
      }),
    ]);
    expect(readdirSync(join(folder, 'work'))).toEqual([]);
  });

  it('kills a process that ignores SIGTERM, and all that it started', async () => {
    const script = `
      const child = require('node:child_process').spawn('sleep', ['600']);
      process.on('SIGTERM', () => {});
      console.log('child ' + child.pid);
      setInterval(() => {}, 1000);`;
    const task = start({ image: script, stopTimeout: 2 });
    const child = Number((await logged(/^child/)).split(' ')[1]);
    await task.stop('Task stopped by user');
    expect(await task.until('stopped')).toMatchObject({ exitCode: 137 });
    expect(isRunning(child)).toBe(false);
  });

  it('runs a task without application as the data plane needs it', async () => {
    const request = aTask({});
    request.taskDefinition.containerDefinitions?.splice(0, 1);
    const task = observe(runner, request);
    await task.until('running');
    await task.stop('done');
    expect(task.changes.map(({ kind }) => kind)).toEqual(['running', 'stopped']);
  });

  it('ends every process when it ends, and starts none after', async () => {
    const tasks = [1, 2, 3].map(() => start({ image: SERVER }));
    await tasks[0]?.until('running');
    await runner.stopAll();
    for (const task of tasks) expect(task.changes.at(-1)?.kind).toBe('stopped');
  });

  it('leaves no process behind when the rehearsal is killed', async () => {
    const script = `
      const { createProcessGuard } = require(${JSON.stringify(join(__dirname, '../../../rehearsal/tasks/process-guard.ts'))});
      const { spawn } = require('node:child_process');
      const guard = createProcessGuard();
      const pids = [1, 2].map(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid);
      for (const pid of pids) guard.add(pid);
      console.log(pids.join(' '));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((done) =>
      parent.stdout.once('data', (data) => done(String(data))),
    );
    const pids = line.trim().split(' ').map(Number);
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await expect(gone(pids)).resolves.toBe(true);
  });

  it('fails like ECS on a missing image', async () => {
    expect(await start({ image: 'missing' }).until('stopped')).toMatchObject({
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*missing/),
    });
  });

  it('fails like ECS on a missing secret, naming it', async () => {
    const task = start({ image: SERVER, secrets: [{ name: 'KEY', valueFrom: 'unknown-one' }] });
    expect((await task.until('stopped')).stoppedReason).toMatch(
      /^ResourceInitializationError: .*"unknown-one"/,
    );
  });

  it('fails on a backend that the mesh does not know', async () => {
    const environment = [{ name: 'X_ENDPOINT', value: 'unknown.local:1' }];
    const task = start({ image: SERVER, environment });
    expect((await task.until('stopped')).stoppedReason).toMatch(
      /"X_ENDPOINT" is "unknown.local:1": no virtual service/,
    );
  });

  it('fails with exit code and last lines when the process ends', async () => {
    const task = start({
      image: 'for (let i = 0; i < 40; i++) console.log(i); console.error("broken"); process.exit(3)',
    });
    const stopped = await task.until('stopped');
    expect(stopped).toMatchObject({ stoppedReason: 'Essential container in task exited', exitCode: 3 });
    expect(stopped.lastLogLines).toHaveLength(20);
    expect(stopped.lastLogLines).toContain('broken');
  });

  it('fails with a hint when the process listens on an address that is taken', async () => {
    const task = start({ image: 'throw new Error("listen EADDRINUSE: address already in use 0.0.0.0:80")' });
    expect((await task.until('stopped')).stoppedReason).toMatch(/listen on the one in HOST \(127\./);
  });

  it('fails on a program that does not exist', async () => {
    const task = start({ image: SERVER, entryPoint: ['/no/such/program'] });
    expect((await task.until('stopped')).stoppedReason).toMatch(/^CannotStartContainerError: .*ENOENT/);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but was not yet waited for does not count.
    return (
      !existsSync(`/proc/${pid}`) ||
      !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString())
    );
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[]): Promise<boolean> {
  for (let tries = 0; tries < 300 && pids.some(isRunning); tries += 1) {
    await new Promise((done) => setTimeout(done, 20));
  }
  return !pids.some(isRunning);
}
