import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureSwitch } from '../../../bench/switch';
import type { DataPlane } from '../../../rehearsal/contracts';
import { createDataPlane } from '../../../rehearsal/data-plane/create';
import { findEnvoy } from '../../../rehearsal/data-plane/envoy/binary';
import { createEnvoyDataPlane } from '../../../rehearsal/data-plane/envoy/data-plane';
import { describeDataPlane } from '../../contract/data-plane.contract';
import { hasEnvoy } from './has-envoy';
import { aClock, anApp, ask, closeApps, httpRoute, MeshBuilder, nextIp, targets } from './mesh-builder';

const dir = mkdtempSync(path.join(tmpdir(), 'ecs-canary-envoy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function aProgram(name: string, script: string): string {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Of the Envoy whose configuration lies in `folder`. */
function inotifyInstances(folder: string): number {
  const files = readdirSync('/proc').flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) return [];
      return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      // Not a process, or one that ended meanwhile.
      return [];
    }
  });
  return files.filter((file) => file === 'anon_inode:inotify').length;
}

const withEnvoy = hasEnvoy() ? describe : describe.skip;

withEnvoy('on a real Envoy', () => {
  describeDataPlane('envoy', (clock) =>
    createEnvoyDataPlane({ clock, workDir: path.join(dir, 'contract'), drainSeconds: 1 }),
  );

  describe('EnvoyDataPlane', () => {
    let plane: DataPlane;
    let mesh: MeshBuilder;

    beforeEach(async () => {
      plane = createEnvoyDataPlane({ clock: aClock(50), workDir: path.join(dir, 'own') });
      await plane.start();
      mesh = new MeshBuilder();
    });
    afterEach(async () => {
      await plane.stop();
      await closeApps();
    });

    async function oneVersion(): Promise<{ host: string; port: number }> {
      const app = await anApp((_, response) => response.end('ok'));
      mesh
        .node('v1')
        .task('v1', app.ip)
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await plane.apply(mesh.plan());
      return plane.egressAddress('ui', 'app', 80);
    }

    it('refuses what Envoy refuses, in its words, keeps the former routes and takes the next plan', async () => {
      const address = await oneVersion();
      const router = mesh.routers.get('app-router');
      const good = router?.routes ?? [];
      if (router !== undefined) router.routes = [httpRoute({ v1: 1 }, { match: { path: { regex: '(' } } })];
      await expect(plane.apply(mesh.plan())).rejects.toMatchObject({
        code: 'PlanRejected',
        part: 'routes',
        reason: expect.stringMatching(/missing \)/),
      });
      expect((await ask(address)).status).toBe(200);
      if (router !== undefined) router.routes = good;
      await plane.apply(mesh.plan());
      expect((await ask(address)).status).toBe(200);
    });

    it('carries grpc with its trailers and names the version', async () => {
      const server = http2.createServer();
      server.on('stream', (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end('hello');
      });
      const ip = nextIp();
      await new Promise<void>((resolve) => server.listen(8080, ip, resolve));
      mesh.node('g1', { protocol: 'grpc' }).task('g1', ip);
      const action = { weightedTargets: targets({ g1: 1 }) };
      const route = { name: 'main', spec: { grpcRoute: { match: { serviceName: 'shop.Cart' }, action } } };
      mesh.service('api', [route], { protocol: 'grpc' }).caller('ui', 'api');
      await plane.apply(mesh.plan());

      const { host, port } = plane.egressAddress('ui', 'api', 80);
      const session = http2.connect(`http://${host}:${port}`);
      const call = (url: string): Promise<Record<string, unknown>> =>
        new Promise((resolve, reject) => {
          const stream = session.request({
            ':method': 'POST',
            ':path': url,
            'content-type': 'application/grpc',
          });
          const got: Record<string, unknown> = {};
          stream.on('response', (headers) => Object.assign(got, headers));
          stream.on('trailers', (trailers) => Object.assign(got, trailers));
          stream.on('error', reject);
          stream.on('close', () => resolve(got));
          stream.resume();
          stream.end();
        });
      expect(await call('/shop.Cart/Add')).toMatchObject({ 'x-served-by': 'g1', 'grpc-status': '0' });
      expect(await call('/shop.Other/Add')).not.toHaveProperty('x-served-by');
      session.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it('needs three inotify instances, however many services there are', async () => {
      for (let i = 0; i < 12; i++) mesh.node(`n${i}`).service(`s${i}`, [httpRoute({ [`n${i}`]: 1 })]);
      for (let i = 0; i < 6; i++) mesh.caller(`c${i}`, ...Array.from({ length: 12 }, (_, k) => `s${k}`));
      await plane.apply(mesh.plan());
      expect((await plane.counters()).filter(({ side }) => side === 'caller')).toHaveLength(72);
      if (process.platform === 'linux') expect(inotifyInstances(path.join(dir, 'own'))).toBe(3);
    });

    it('loses no request while a split goes 0 → 100 → 0', async () => {
      const result = await measureSwitch(plane, 800, nextIp().split('.').slice(0, 2).concat('250').join('.'));
      expect(result.failed).toBe(0);
      expect(result.requests).toBeGreaterThanOrEqual(800);
    });
  });
});

describe('createEnvoyDataPlane', () => {
  const options = { clock: aClock(), workDir: path.join(dir, 'never') };

  it('fails with what to do when there is no Envoy', () => {
    expect(() => findEnvoy({ env: {}, venv: dir })).toThrow(/not found in .*run "make setup"/);
    expect(() => findEnvoy({ env: { ECS_CANARY_ENVOY: '/nowhere/envoy' } })).toThrow(
      /"\/nowhere\/envoy".*correct/,
    );
  });

  it('fails with the library that is too old', async () => {
    const binary = aProgram('old', 'echo "envoy: version \\`GLIBC_2.30\' not found" >&2; exit 1');
    const plane = createEnvoyDataPlane({ ...options, binary });
    await expect(plane.start()).rejects.toMatchObject({
      code: 'DataPlaneUnavailable',
      message: expect.stringMatching(/needs GLIBC_2.30/),
    });
    await plane.stop();
  });

  it('fails with Envoy’s last lines when it ends while starting', async () => {
    const script =
      'if [ "$1" = --version ]; then echo "envoy version: x/1.40.0/Clean"; else echo no luck >&2; exit 3; fi';
    const plane = createEnvoyDataPlane({ ...options, binary: aProgram('broken', script) });
    await expect(plane.start()).rejects.toMatchObject({
      code: 'DataPlaneUnavailable',
      lastLogLines: ['no luck'],
      message: expect.stringMatching(/ended with code 3/),
    });
    await plane.stop();
  });

  it('gives way to the embedded proxy and says why, unless Envoy itself is wanted', async () => {
    const missing = { ...options, binary: '/nowhere/envoy' };
    const { dataPlane, why } = await createDataPlane({ ...missing, prefer: 'auto' });
    expect(dataPlane.kind).toBe('embedded');
    expect(why).toMatch(/embedded proxy runs, because envoy was not found/);
    await dataPlane.stop();
    await expect(createDataPlane({ ...missing, prefer: 'envoy' })).rejects.toThrow(/not found/);
  });
});
