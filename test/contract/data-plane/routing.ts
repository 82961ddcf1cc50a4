import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { anApp, ask, httpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneFixture } from './fixture';

/** How requests find a version. */
export function describeRouting(fixture: DataPlaneFixture): void {
  describe('routing', () => {
    it('sends requests to the weighted versions and names the version that answered', async () => {
      const { address } = await fixture.twoVersions({ stable: 100, canary: 0 });
      expect(await fixture.bodies(address, 20)).toEqual({ stable: 20 });
      await fixture.shift({ stable: 0, canary: 100 });
      expect(await ask(address)).toMatchObject({ status: 200, body: 'canary', servedBy: 'canary' });
    });

    it('follows a split in between', async () => {
      const { address } = await fixture.twoVersions({ stable: 50, canary: 50 });
      const seen = await fixture.bodies(address, 200);
      expect(seen.stable).toBeGreaterThan(50);
      expect(seen.canary).toBeGreaterThan(50);
    });

    it('lists hops with the nearest to the data first', async () => {
      const data = await anApp((_, response) => response.end('data'));
      fixture.mesh
        .node('data')
        .task('data', data.ip)
        .service('store', [httpRoute({ data: 1 })]);
      const middle = await anApp((_, response) => {
        void ask(fixture.plane.egressAddress('middle', 'store', 80)).then((answer) => {
          response.setHeader('x-served-by', answer.servedBy).end(answer.body);
        });
      });
      fixture.mesh.caller('middle', 'store');
      fixture.mesh.tasks.pop();
      fixture.mesh.task('middle', middle.ip).service('app', [httpRoute({ middle: 1 })]);
      fixture.mesh.caller('ui', 'app');
      await fixture.apply();
      const answer = await ask(fixture.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ body: 'data', servedBy: 'data, middle' });
    });

    it('loses no request of keep-alive connections while the split changes back and forth', async () => {
      const { address } = await fixture.twoVersions({ stable: 100, canary: 0 });
      const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
      const statuses: number[] = [];
      let done = false;
      const users = Array.from({ length: 4 }, async () => {
        while (!done) statuses.push((await ask(address, '/', { agent })).status);
      });
      for (const canary of [10, 50, 100, 30, 0, 100, 0]) {
        await fixture.shift({ stable: 100 - canary, canary });
        const enough = statuses.length + 8;
        while (statuses.length < enough) await wait(2);
      }
      done = true;
      await Promise.all(users);
      agent.destroy();
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
    });

    it('tries routes by priority and by path, method and header conditions', async () => {
      const { address } = await fixture.twoVersions({ stable: 1 });
      const router = fixture.mesh.routers.get('app-router');
      const toCanary = httpRoute(
        { canary: 1 },
        {
          match: {
            prefix: '/beta',
            method: 'GET',
            headers: [{ name: 'x-user', match: { regex: 'a[0-9]+' } }],
            queryParameters: [{ name: 'on', match: { exact: 'yes' } }],
          },
        },
      );
      router?.routes.push({ ...toCanary, name: 'beta' });
      await fixture.apply();
      const user = { headers: { 'x-user': 'a12' } };
      expect((await ask(address, '/beta?on=yes', user)).body).toBe('canary');
      expect((await ask(address, '/beta?on=no', user)).body).toBe('stable');
      expect((await ask(address, '/beta?on=yes', { headers: { 'x-user': 'b' } })).body).toBe('stable');
      expect((await ask(address, '/beta?on=yes', { ...user, method: 'POST' })).body).toBe('stable');
    });

    it('gives the application the host it would see on AWS', async () => {
      const { app, address } = await fixture.oneVersion((_, response) => response.end());
      await ask(address, '/path?a=b');
      expect(app.seen).toEqual([expect.objectContaining({ url: '/path?a=b', host: 'app:80' })]);
    });

    it('follows a virtual service that is provided by a node directly', async () => {
      const { app } = await fixture.oneVersion((_, response) => response.end('direct'));
      const plan = fixture.mesh.plan();
      const provider = { virtualNode: { virtualNodeName: 'v1' } };
      await fixture.plane.apply({
        ...plan,
        mesh: { ...plan.mesh, virtualServices: [{ name: 'app', spec: { provider } }] },
      });
      expect((await ask(fixture.plane.egressAddress('ui', 'app', 8080))).body).toBe('direct');
      expect(app.seen).toHaveLength(1);
    });
  });

  describe('gateways', () => {
    it('rewrites the matched prefix and the host, and names the version', async () => {
      const { app } = await fixture.oneVersion((_, response) => response.end('ok'));
      const target = { virtualService: { virtualServiceName: 'app' } };
      fixture.mesh.gateways.set('gw', [
        { name: 'a', spec: { httpRoute: { match: { prefix: '/shop' }, action: { target } } } },
      ]);
      await fixture.apply();
      const gateway = fixture.plane.gatewayAddress('gw');
      expect(await ask(gateway, '/shop/cart?x=1')).toMatchObject({ status: 200, servedBy: 'v1' });
      expect(await ask(gateway, '/shop')).toMatchObject({ status: 200 });
      expect(app.seen.map(({ url, host }) => `${host}${url}`)).toEqual(['app/cart?x=1', 'app/']);
      expect((await ask(gateway, '/other')).status).toBe(404);
      await fixture.expectCounter(['own', 'gw'], { requests: 3, responses: { '2xx': 2, '4xx': 1 } });
      await fixture.expectCounter(['caller', 'gw', 'v1'], { requests: 2 });
    });
  });
}
