import type http from 'node:http';
import { anApp, ask, httpRoute, nextIp } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneBench } from './bench';

/** What callers see when a request cannot be answered, and what is tried again. */
export function describeFailures(bench: DataPlaneBench): void {
  describe('failures', () => {
    it('fails with 404 where no route matches, and where a router has no route', async () => {
      const { address } = await bench.oneVersion((_, response) => response.end(), {
        match: { prefix: '/only' },
      });
      expect((await ask(address, '/elsewhere')).status).toBe(404);
      const router = bench.mesh.routers.get('app-router');
      if (router !== undefined) router.routes = [];
      await bench.apply();
      expect((await ask(address, '/only')).status).toBe(404);
    });

    it('fails with 503 where every weight is 0', async () => {
      const { address } = await bench.twoVersions({ stable: 0, canary: 0 });
      expect((await ask(address)).status).toBe(503);
    });

    it('fails with 503 and names the version when it has no endpoint', async () => {
      bench.mesh
        .node('v1')
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await bench.apply();
      const answer = await ask(bench.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      await bench.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
    });

    it('fails with 503 on both sides when the application listens on another port', async () => {
      const app = await anApp((_, response) => response.end(), 8081);
      bench.mesh
        .node('v1')
        .task('v1', app.ip)
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await bench.apply();
      const answer = await ask(bench.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      await bench.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
      await bench.expectCounter(['own', 'v1'], { responses: { '5xx': 1 }, connectFailures: 1 });
    });

    it('fails with 503 and a connect failure at the caller when the task is gone but still registered', async () => {
      bench.mesh
        .node('v1')
        .task('v1', nextIp())
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      bench.mesh.tasks = bench.mesh.tasks.filter(({ node }) => node === 'ui');
      await bench.apply();
      const answer = await ask(bench.plane.egressAddress('ui', 'app', 80));
      expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
      const counted = await bench.counter('caller', 'ui', 'v1');
      expect(counted).toMatchObject({ requests: 1, responses: { '5xx': 1 }, connectFailures: 1 });
    });

    it('fails with 504 after the route’s time limit and counts its whole duration', async () => {
      const { address } = await bench.oneVersion(
        (_, response) => setTimeout(() => response.end(), 1500).unref(),
        {
          timeout: { perRequest: { unit: 'ms', value: 150 } },
        },
      );
      expect(await ask(address)).toMatchObject({ status: 504, servedBy: 'v1' });
      const { latency, responses } = await bench.counter('caller', 'ui', 'v1');
      expect(responses['5xx']).toBe(1);
      expect(latency.counts).toEqual([1]);
      expect(latency.upperMillis[0]).toBeGreaterThanOrEqual(150);
    });

    it('reaches no service that is not declared as a backend', async () => {
      await bench.oneVersion((_, response) => response.end());
      await expect(ask(bench.plane.egressAddress('v1', 'app', 80))).rejects.toThrow();
    });

    it('refuses what it does not have and names it', async () => {
      bench.mesh.node('v1', { serviceDiscovery: { dns: { hostname: 'v1.test' } } });
      await expect(bench.apply()).rejects.toThrow(/virtual node "v1" uses serviceDiscovery.dns/);
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
      const { address, app } = await bench.oneVersion(failsFirst(), {
        retryPolicy: {
          maxRetries: 2,
          perRetryTimeout: { unit: 's', value: 2 },
          httpRetryEvents: ['gateway-error'],
        },
      });
      expect((await ask(address)).status).toBe(200);
      expect(app.seen).toHaveLength(2);
      await bench.expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '2xx': 1 } });
      await bench.expectCounter(['own', 'v1'], { requests: 2, responses: { '5xx': 1 } });
    });

    it('never tries again by itself', async () => {
      const { address, app } = await bench.oneVersion(failsFirst());
      expect((await ask(address)).status).toBe(503);
      expect(app.seen).toHaveLength(1);
    });
  });
}
