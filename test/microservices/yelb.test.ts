import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskRunner } from '../../rehearsal/contracts';
import { type BuiltImage, createImageBuilder } from '../../rehearsal/images';
import { createTaskRunner } from '../../rehearsal/tasks';
import { findPostgres } from '../../rehearsal/tasks/server-binaries';
import { aClock, aTask, HAS_SERVERS, observe, VENV } from '../rehearsal/tasks/fixtures';

const ROOT = resolve(__dirname, '../..');
const PORTS: Readonly<Record<string, number>> = {
  'yelb-ui': 8080,
  'yelb-appserver': 4567,
  'yelb-db': 5432,
  'yelb-redisserver': 6379,
};
const SERVICES = ['yelb-redisserver', 'yelb-db', 'yelb-appserver', 'yelb-ui'];
const PASSWORD = 'made-up-for-this-test';

/** The container that the platform makes of a service's taskdef.json. */
function container(service: string, backends: readonly string[]): ContainerDefinition {
  const file = join(ROOT, 'microservices', service, 'specfiles/taskdef.json');
  const { container: own } = JSON.parse(readFileSync(file, 'utf8'));
  const endpoints = backends.map((name) => ({
    name: `${name.toUpperCase().replaceAll('-', '_')}_ENDPOINT`,
    value: `${name}.yelb.local:${PORTS[name]}`,
  }));
  return {
    image: service,
    environment: [...endpoints, { name: 'SERVICE_VERSION', value: 'abcdef12' }],
    secrets: Object.entries(own.secrets ?? {}).map(([name, valueFrom]) => ({
      name,
      valueFrom: String(valueFrom),
    })),
    healthCheck: {
      command: ['CMD', ...own.health_check.command],
      interval: own.health_check.interval,
      retries: own.health_check.retries,
      startPeriod: own.health_check.start_period,
    },
    stopTimeout: own.stop_timeout,
  };
}

(HAS_SERVERS ? describe : describe.skip)('Yelb as the rehearsal runs it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yelb-test-'));
  const images = new Map<string, BuiltImage>();
  const addresses = new Map<string, string>();
  const running = new Map<string, ReturnType<typeof observe>>();
  let runner: TaskRunner;

  const url = (service: string, path: string) => `http://${addresses.get(service)}:${PORTS[service]}${path}`;
  const vote = (key: string) =>
    fetch(url('yelb-ui', '/api/vote/ihop'), { method: 'POST', headers: { 'idempotency-key': key } });
  const json = async (service: string, path: string) => (await fetch(url(service, path))).json();

  beforeAll(async () => {
    const cacheDir = process.env.CANARY_CACHE ?? join(ROOT, 'out/cache');
    const builder = createImageBuilder({ cacheDir: join(cacheDir, 'images') });
    for (const service of SERVICES) {
      const contextDir = join(ROOT, 'microservices', service);
      images.set(service, await builder.build({ contextDir, service, commit: 'a'.repeat(40) }));
    }
    runner = createTaskRunner({
      images: (uri) => images.get(uri),
      clock: aClock(),
      venv: VENV,
      secrets: (name) => (name === 'yelb-db-password' ? PASSWORD : undefined),
      egress: (_node, name, port) => ({ host: addresses.get(name.split('.')[0] ?? '') ?? 'nowhere', port }),
      workDir: join(folder, 'work'),
      cacheDir,
    });
    const backends: Readonly<Record<string, readonly string[]>> = {
      'yelb-appserver': ['yelb-db', 'yelb-redisserver'],
      'yelb-ui': ['yelb-appserver'],
    };
    for (const service of SERVICES) {
      const task = observe(runner, aTask(container(service, backends[service] ?? []), service));
      running.set(service, task);
      addresses.set(service, (await Promise.race([task.until('running'), failed(task)])).ip);
    }
    await Promise.all(
      [...running.values()].map((task) => Promise.race([task.until('health'), failed(task)])),
    );
  }, 180_000);

  afterAll(async () => {
    await runner?.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  async function failed(task: ReturnType<typeof observe>): Promise<never> {
    throw new Error(JSON.stringify(await task.until('stopped')));
  }

  it('reports every task healthy', () => {
    for (const task of running.values()) {
      expect(task.changes).toContainEqual({ kind: 'health', status: 'HEALTHY' });
    }
  });

  it('counts a vote by two, once per key, and shows it', async () => {
    const before = (await json('yelb-ui', '/api/getvotes')) as { name: string; value: number }[];
    const count = before.find(({ name }) => name === 'ihop')?.value ?? Number.NaN;
    expect(await (await vote('first-key-of-a-test')).json()).toBe(count + 2);
    expect(await (await vote('first-key-of-a-test')).json()).toBe(count + 2);
    expect(await json('yelb-ui', '/api/getvotes')).toContainEqual({ name: 'ihop', value: count + 2 });
  });

  it('counts every one of many votes at once', async () => {
    const total = async () =>
      ((await json('yelb-appserver', '/api/getvotes')) as { value: number }[]).reduce(
        (sum, { value }) => sum + value,
        0,
      );
    const before = await total();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => vote(`many-at-once-${index}`)),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await total()).toBe(before + 200);
  });

  it('survives the loss of every database connection', async () => {
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'yelb%'";
    const args = ['-h', addresses.get('yelb-db') ?? '', '-U', 'postgres', '-d', 'yelbdatabase', '-Atc', end];
    const env = { ...process.env, PGPASSWORD: PASSWORD };
    const votes = Array.from({ length: 200 }, (_, index) => vote(`while-connections-end-${index}`));
    execFileSync(join(findPostgres(VENV), 'psql'), args, { env, stdio: 'pipe' });
    const answers = await Promise.all(votes);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await fetch(url('yelb-ui', '/healthz'))).status).toBe(200);
  });

  it('counts page views and names the task', async () => {
    const first = (await json('yelb-ui', '/api/getstats')) as { hostname: string; pageviews: number };
    const second = (await json('yelb-ui', '/api/getstats')) as { hostname: string; pageviews: number };
    expect(second.pageviews).toBe(first.pageviews + 1);
    expect(first.hostname).toBe(`ip-${addresses.get('yelb-appserver')?.replaceAll('.', '-')}`);
  });

  it('is healthy through all its dependencies and knows its version', async () => {
    expect(await json('yelb-ui', '/healthz')).toEqual({ status: 'healthy', checks: { appserver: 'ok' } });
    expect(await json('yelb-ui', '/version')).toEqual({ service: 'yelb-ui', version: 'abcdef12' });
  });

  it('finishes what is in flight when it is asked to stop', async () => {
    const definition = container('yelb-appserver', ['yelb-db', 'yelb-redisserver']);
    definition.environment?.push({ name: 'FAULT_ENDPOINTS', value: 'on' });
    const task = observe(runner, aTask(definition, 'yelb-appserver-draining'));
    const { ip } = await task.until('running');
    await task.until('health');
    const slow = fetch(`http://${ip}:4567/delay/0.5`);
    await new Promise((done) => setTimeout(done, 100));
    const stopping = task.stop('Scaling activity initiated by deployment');
    expect((await slow).status).toBe(200);
    await stopping;
    expect(task.changes.at(-1)).toMatchObject({ kind: 'stopped', exitCode: 0 });
  });
});
