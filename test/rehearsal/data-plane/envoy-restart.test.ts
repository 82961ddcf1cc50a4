import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DataPlane, ProxyCounters } from '../../../rehearsal/contracts';
import { createEnvoyDataPlane } from '../../../rehearsal/data-plane/envoy/data-plane';
import { hasEnvoy } from './has-envoy';
import { aClock, anApp, ask, closeApps, httpRoute, MeshBuilder } from './mesh-builder';

const withEnvoy = hasEnvoy() ? describe : describe.skip;
const TIMEOUT_MILLIS = 60_000;

withEnvoy('an Envoy that is killed', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'ecs-canary-restart-'));
  const told: string[] = [];
  const lost: Error[] = [];
  let plane: DataPlane;
  let mesh: MeshBuilder;

  beforeEach(async () => {
    told.length = 0;
    lost.length = 0;
    plane = createEnvoyDataPlane({
      clock: aClock(50),
      workDir: dir,
      onRestart: (text) => told.push(text),
      onLost: (error) => lost.push(error),
    });
    await plane.start();
    mesh = new MeshBuilder();
  });
  afterEach(async () => {
    await plane.stop();
    await closeApps();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async function twoVersions(weights: Record<string, number>): Promise<{ host: string; port: number }> {
    const stable = await anApp((_, response) => response.end('stable'));
    const canary = await anApp((_, response) => response.end('canary'));
    mesh.node('stable').task('stable', stable.ip).node('canary').task('canary', canary.ip);
    mesh.service('app', [httpRoute(weights)]).caller('ui', 'app');
    await plane.apply(mesh.plan());
    return plane.egressAddress('ui', 'app', 80);
  }

  function routes(weights: Record<string, number>, more: Parameters<typeof httpRoute>[1] = {}): void {
    const router = mesh.routers.get('app-router');
    if (router !== undefined) router.routes = [httpRoute(weights, more)];
  }

  async function counted(target: string): Promise<ProxyCounters> {
    const found = (await plane.counters()).find((one) => one.side === 'caller' && one.target === target);
    if (found === undefined) throw new Error(`no counter about ${target}`);
    return found;
  }

  async function untilCounted(target: string, requests: number): Promise<ProxyCounters> {
    for (let look = 0; look < 50 && (await counted(target)).requests < requests; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return counted(target);
  }

  it(
    'comes back with the same split and counts on, from what had been read; that is told once',
    async () => {
      const address = await twoVersions({ stable: 0, canary: 100 });
      for (let i = 0; i < 5; i += 1) await ask(address);
      expect((await untilCounted('canary', 5)).requests).toBe(5);

      plane.kill();
      // Asked while it is down: answered by the next Envoy, and no smaller.
      expect((await counted('canary')).requests).toBe(5);
      expect(told).toEqual([
        expect.stringMatching(/SIGKILL.*started again with the same configuration; no request .* \d\.\d s$/),
      ]);

      // More than before: a counter that is not smaller must not be taken for one that went on.
      for (let i = 0; i < 7; i += 1) expect(await ask(address)).toMatchObject({ servedBy: 'canary' });
      const after = await untilCounted('canary', 12);
      expect(after).toMatchObject({ requests: 12, responses: { '2xx': 12, '5xx': 0 } });
      expect(after.latency.counts.reduce((a, b) => a + b)).toBe(12);
      expect((await counted('stable')).requests).toBe(0);
      expect(lost).toEqual([]);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'follows a plan that came while it was down, and one that it died over',
    async () => {
      const address = await twoVersions({ stable: 100, canary: 0 });
      plane.kill();
      await until(() => told.length === 1);
      routes({ stable: 0, canary: 100 });
      const applied = plane.apply(mesh.plan());
      plane.kill();
      await applied;
      expect(await ask(address)).toMatchObject({ status: 200, servedBy: 'canary' });

      plane.kill();
      routes({ stable: 100, canary: 0 });
      await plane.apply(mesh.plan());
      expect(await ask(address)).toMatchObject({ status: 200, servedBy: 'stable' });
    },
    TIMEOUT_MILLIS,
  );

  it(
    'comes back with what it had accepted, not with what it refused',
    async () => {
      const address = await twoVersions({ stable: 100, canary: 0 });
      routes({ stable: 100 }, { match: { path: { regex: '(' } } });
      await expect(plane.apply(mesh.plan())).rejects.toMatchObject({ code: 'PlanRejected' });
      plane.kill();
      await until(() => told.length === 1);
      expect(await ask(address)).toMatchObject({ status: 200, servedBy: 'stable' });
    },
    TIMEOUT_MILLIS,
  );

  it(
    'fails for good, with what to do, when it dies again and again',
    async () => {
      for (const death of [1, 2, 3]) {
        plane.kill();
        await until(() => told.length === death);
      }
      plane.kill();
      await until(() => lost.length === 1);
      expect(lost).toMatchObject([
        { code: 'DataPlaneLost', message: expect.stringMatching(/4 times within 60 s.*allowed: 3 times/) },
      ]);
      await expect(plane.counters()).rejects.toMatchObject({ code: 'DataPlaneLost' });
      await expect(plane.apply(mesh.plan())).rejects.toMatchObject({ code: 'DataPlaneLost' });
    },
    TIMEOUT_MILLIS,
  );

  it(
    'stays away when it is stopped before it is back',
    async () => {
      plane.kill();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await plane.stop();
      expect([told, lost]).toEqual([[], []]);
      await expect(plane.counters()).rejects.toThrow(/not running/);
    },
    TIMEOUT_MILLIS,
  );
});
