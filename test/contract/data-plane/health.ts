import { setTimeout as wait } from 'node:timers/promises';
import { anApp, ask, httpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneFixture } from './fixture';

/** Which endpoints get requests. */
export function describeHealth(fixture: DataPlaneFixture): void {
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
      fixture.mesh.node('v1', { listeners }).task('v1', good.ip).task('v1', bad.ip);
      fixture.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await fixture.apply();
      return { state, good, bad, address: fixture.plane.egressAddress('ui', 'app', 80) };
    }

    it('spreads requests over healthy endpoints and leaves out one whose checks fail', async () => {
      const { state, address } = await pair();
      expect(Object.keys(await fixture.bodies(address, 10)).sort()).toEqual(['bad', 'good']);
      state.broken = true;
      await wait(600);
      expect(await fixture.bodies(address, 10)).toEqual({ good: 10 });
    });

    it('does not count its own checks as traffic', async () => {
      const { good } = await pair();
      await wait(250);
      expect(good.seen.filter(({ url }) => url === '/healthz').length).toBeGreaterThan(1);
      await fixture.expectCounter(['own', 'v1'], { requests: 0 });
      await fixture.expectCounter(['caller', 'ui', 'v1'], { requests: 0 });
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
      fixture.mesh.node('v1', { listeners }).task('v1', app.ip);
      fixture.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await fixture.apply();
      return { state, address: fixture.plane.egressAddress('ui', 'app', 80) };
    }

    it('leaves out instances that are reported unhealthy, unless all are', async () => {
      const good = await anApp((_, response) => response.end('good'));
      const bad = await anApp((_, response) => response.end('bad'));
      fixture.mesh.node('v1').task('v1', good.ip).task('v1', bad.ip, { healthy: false });
      fixture.mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
      await fixture.apply();
      const address = fixture.plane.egressAddress('ui', 'app', 80);
      expect(await fixture.bodies(address, 6)).toEqual({ good: 6 });
      fixture.mesh.instances = fixture.mesh.instances.map((one) => ({ ...one, healthy: false }));
      await fixture.apply();
      expect(Object.keys(await fixture.bodies(address, 6)).sort()).toEqual(['bad', 'good']);
    });
  });
}
