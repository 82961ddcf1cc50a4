import type http from 'node:http';
import { anApp, ask, httpRoute, nextIp } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneFixture } from './fixture';

/** What callers see when a request cannot be answered, and what is tried again. */
export function describeFailures(fixture: DataPlaneFixture): void {
  describe('failures', () => {
    it('fails with 404 where no route matches, and where a router has no route', async () => {
      const { address } = await fixture.oneVersion((_, response) => response.end(), {
        match: { prefix: '/only' },
      });
      expect((await ask(address, '/elsewhere')).status).toBe(404);
      const router = fixture.mesh.routers.get('app-router');
      if (router !== undefined) router.routes = [];
      await fixture.apply();
      expect((await ask(address, '/only')).status).toBe(404);
    });

    it('fails with 503 where every weight is 0', async () => {
      const { address } = await fixture.twoVersions({ stable: 0, canary: 0 });
      expect((await ask(address)).status).toBe(503);
    });

    it('fails with 503 and names the version when it has no endpoint', async () => {
      fixture.mesh
        .node('v1')
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await fixture.apply();
      const answer = await ask(fixture.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      await fixture.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
    });

    it('fails with 503 on both sides when the application listens on another port', async () => {
      const app = await anApp((_, response) => response.end(), 8081);
      fixture.mesh
        .node('v1')
        .task('v1', app.ip)
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await fixture.apply();
      const answer = await ask(fixture.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      await fixture.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
      await fixture.expectCounter(['own', 'v1'], { responses: { '5xx': 1 }, connectFailures: 1 });
    });

    it('fails with 503 and a connect failure at the caller when the task is gone but still registered', async () => {
      fixture.mesh
        .node('v1')
        .task('v1', nextIp())
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      fixture.mesh.tasks = fixture.mesh.tasks.filter(({ node }) => node === 'ui');
      await fixture.apply();
      const answer = await ask(fixture.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      const counted = await fixture.counter('caller', 'ui', 'v1');
      expect(counted).toMatchObject({ requests: 1, responses: { '5xx': 1 }, connectFailures: 1 });
    });

    it('fails with 504 after the route’s time limit and counts its whole duration', async () => {
      const { address } = await fixture.oneVersion(
        (_, response) => setTimeout(() => response.end(), 1500).unref(),
        {
          timeout: { perRequest: { unit: 'ms', value: 150 } },
        },
      );
      expect(await ask(address)).toMatchObject({ status: 504, servedBy: 'v1' });
      const { latency, responses } = await fixture.counter('caller', 'ui', 'v1');
      expect(responses['5xx']).toBe(1);
      expect(latency.counts).toEqual([1]);
      expect(latency.upperMillis[0]).toBeGreaterThanOrEqual(150);
    });

    it('reaches no service that is not declared as a backend', async () => {
      await fixture.oneVersion((_, response) => response.end());
      await expect(ask(fixture.plane.egressAddress('v1', 'app', 80))).rejects.toThrow();
    });

    it('refuses what it does not have and names it', async () => {
      fixture.mesh.node('v1', { serviceDiscovery: { dns: { hostname: 'v1.test' } } });
      await expect(fixture.apply()).rejects.toThrow(/virtual node "v1" uses serviceDiscovery.dns/);
    });
  });

  describe('retries', () => {
    function failsFirst() {
      let calls = 0;
      return (_: unknown, response: http.ServerResponse): void => {
        calls += 1;
        response.writeHead(calls === 1 ? 503 : 200).end();
      };
    }

    it('tries again as the route says, and counts the one outcome that the user saw', async () => {
      const { address, app } = await fixture.oneVersion(failsFirst(), {
        retryPolicy: {
          maxRetries: 2,
          perRetryTimeout: { unit: 's', value: 2 },
          httpRetryEvents: ['gateway-error'],
        },
      });
      expect((await ask(address)).status).toBe(200);
      expect(app.seen).toHaveLength(2);
      await fixture.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '2xx': 1 } });
      await fixture.expectCounter(['own', 'v1'], { requests: 2, responses: { '5xx': 1 } });
    });

    it('never tries again by itself', async () => {
      const { address, app } = await fixture.oneVersion(failsFirst());
      expect((await ask(address)).status).toBe(503);
      expect(app.seen).toHaveLength(1);
    });
  });
}
