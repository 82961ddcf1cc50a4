import { setTimeout as wait } from 'node:timers/promises';
import { anApp, ask, httpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneBench } from './bench';

/** Which endpoints get requests. */
export function describeHealth(bench: DataPlaneBench): void {
  describe('health', () => {
    const check = {
      protocol: 'http' as const,
      path: '/healthz',
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      intervalMillis: 5000,
      timeoutMillis: 2000,
    };
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const }, healthCheck: check }];

    async function pair() {
      const state = { broken: false };
      const good = await anApp((_, response) => response.end('good'));
      const bad = await anApp((_, response) => {
        response.writeHead(state.broken ? 500 : 200).end('bad');
      });
      bench.mesh.node('v1', { listeners }).task('v1', good.ip).task('v1', bad.ip);
      bench.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await bench.apply();
      return { state, good, bad, address: bench.plane.egressAddress('ui', 'app', 80) };
    }

    it('spreads requests over healthy endpoints and leaves out one whose checks fail', async () => {
      const { state, address } = await pair();
      expect(Object.keys(await bench.bodies(address, 10)).sort()).toEqual(['bad', 'good']);
      state.broken = true;
      await wait(600);
      expect(await bench.bodies(address, 10)).toEqual({ good: 10 });
    });

    it('does not count its own checks as traffic', async () => {
      const { good } = await pair();
      await wait(250);
      expect(good.seen.filter(({ url }) => url === '/healthz').length).toBeGreaterThan(1);
      await bench.expectCounter(['own', 'v1'], { requests: 0 });
      await bench.expectCounter(['caller', 'ui', 'v1'], { requests: 0 });
    });

    it('sends requests to all endpoints when fewer than half are healthy', async () => {
      const { address, state } = await oneFailing();
      state.broken = true;
      await wait(400);
      expect(await ask(address)).toMatchObject({ status: 500, servedBy: 'v1' });
    });

    async function oneFailing() {
      const state = { broken: false };
      const app = await anApp((_, response) => response.writeHead(state.broken ? 500 : 200).end());
      bench.mesh.node('v1', { listeners }).task('v1', app.ip);
      bench.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await bench.apply();
      return { state, address: bench.plane.egressAddress('ui', 'app', 80) };
    }

    it('leaves out instances that are reported unhealthy, unless all are', async () => {
      const good = await anApp((_, response) => response.end('good'));
      const bad = await anApp((_, response) => response.end('bad'));
      bench.mesh.node('v1').task('v1', good.ip).task('v1', bad.ip, { healthy: false });
      bench.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await bench.apply();
      const address = bench.plane.egressAddress('ui', 'app', 80);
      expect(await bench.bodies(address, 6)).toEqual({ good: 6 });
      bench.mesh.instances = bench.mesh.instances.map((one) => ({ ...one, healthy: false }));
      await bench.apply();
      expect(Object.keys(await bench.bodies(address, 6)).sort()).toEqual(['bad', 'good']);
    });
  });
}
