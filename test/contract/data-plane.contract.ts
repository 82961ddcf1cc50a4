import http from 'node:http';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataPlane, ProxyCounters, RehearsalClock } from '../../rehearsal/contracts';
import {
  aClock,
  anApp,
  ask,
  aTcpApp,
  closeApps,
  httpRoute,
  MeshBuilder,
  nextIp,
  tcpRoute,
} from '../rehearsal/data-plane/mesh-builder';

type Address = { host: string; port: number };

/** What was counted after `old`. */
function since(now: ProxyCounters, old: ProxyCounters | undefined): ProxyCounters {
  if (old === undefined) return now;
  const oldCount = (upper: number): number => old.latency.counts[old.latency.upperMillis.indexOf(upper)] ?? 0;
  const bins = now.latency.upperMillis
    .map((upper, i) => ({ upper, count: (now.latency.counts[i] ?? 0) - oldCount(upper) }))
    .filter(({ count }) => count > 0);
  return {
    ...now,
    requests: now.requests - old.requests,
    responses: {
      '2xx': now.responses['2xx'] - old.responses['2xx'],
      '3xx': now.responses['3xx'] - old.responses['3xx'],
      '4xx': now.responses['4xx'] - old.responses['4xx'],
      '5xx': now.responses['5xx'] - old.responses['5xx'],
    },
    connectFailures: now.connectFailures - old.connectFailures,
    latency: { upperMillis: bins.map(({ upper }) => upper), counts: bins.map(({ count }) => count) },
  };
}

/** Everything a `DataPlane` promises, whichever proxy it runs. */
export function describeDataPlane(kind: string, create: (clock: RehearsalClock) => DataPlane): void {
  describe(`DataPlane contract: ${kind}`, () => {
    let plane: DataPlane;
    let mesh: MeshBuilder;
    /** Counters after the first plan of a test; names return in every test and counters go on. */
    let before: readonly ProxyCounters[] | undefined;

    beforeAll(async () => {
      plane = create(aClock(50));
      await plane.start();
    });
    afterAll(() => plane.stop());
    beforeEach(() => {
      mesh = new MeshBuilder();
      before = undefined;
    });
    afterEach(async () => {
      await plane.apply(new MeshBuilder().plan());
      await closeApps();
    });

    async function apply(): Promise<void> {
      await plane.apply(mesh.plan());
      before ??= await plane.counters();
    }

    async function twoVersions(weights: Record<string, number>, more: Parameters<typeof httpRoute>[1] = {}) {
      const stable = await anApp((_, response) => response.end('stable'));
      const canary = await anApp((_, response) => response.end('canary'));
      mesh.node('stable').task('stable', stable.ip).node('canary').task('canary', canary.ip);
      mesh.service('app', [httpRoute(weights, more)]).caller('ui', 'app');
      await apply();
      return { stable, canary, address: plane.egressAddress('ui', 'app', 80) };
    }

    async function oneVersion(
      handler: Parameters<typeof anApp>[0],
      more: Parameters<typeof httpRoute>[1] = {},
    ) {
      const app = await anApp(handler);
      mesh
        .node('v1')
        .task('v1', app.ip)
        .service('app', [httpRoute({ v1: 100 }, more)])
        .caller('ui', 'app');
      await apply();
      return { app, address: plane.egressAddress('ui', 'app', 80) };
    }

    async function counter(side: 'caller' | 'own', proxy: string, target = proxy): Promise<ProxyCounters> {
      const isIt = (one: ProxyCounters): boolean =>
        one.side === side && one.proxy === proxy && one.target === target;
      const found = (await plane.counters()).find(isIt);
      if (found === undefined) throw new Error(`no counter of ${proxy} about ${target}`);
      return since(found, before?.find(isIt));
    }

    /** A proxy counts a request a moment after it has answered it, and a busy machine makes that moment long. */
    async function expectCounter(
      of: Parameters<typeof counter>,
      expected: Record<string, unknown>,
    ): Promise<void> {
      for (let look = 0; look < 50; look += 1) {
        const found = await counter(...of);
        try {
          expect(found).toMatchObject(expected);
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      expect(await counter(...of)).toMatchObject(expected);
    }

    function shift(weights: Record<string, number>): Promise<void> {
      const router = mesh.routers.get('app-router');
      if (router !== undefined) router.routes = [httpRoute(weights)];
      return apply();
    }

    async function bodies(address: Address, count: number): Promise<Record<string, number>> {
      const seen: Record<string, number> = {};
      for (let i = 0; i < count; i++) {
        const { body } = await ask(address);
        seen[body] = (seen[body] ?? 0) + 1;
      }
      return seen;
    }

    describe('routing', () => {
      it('sends requests to the weighted versions and names the version that answered', async () => {
        const { address } = await twoVersions({ stable: 100, canary: 0 });
        expect(await bodies(address, 20)).toEqual({ stable: 20 });
        await shift({ stable: 0, canary: 100 });
        expect(await ask(address)).toMatchObject({ status: 200, body: 'canary', servedBy: 'canary' });
      });

      it('follows a split in between', async () => {
        const { address } = await twoVersions({ stable: 50, canary: 50 });
        const seen = await bodies(address, 200);
        expect(seen.stable).toBeGreaterThan(50);
        expect(seen.canary).toBeGreaterThan(50);
      });

      it('lists hops with the nearest to the data first', async () => {
        const data = await anApp((_, response) => response.end('data'));
        mesh
          .node('data')
          .task('data', data.ip)
          .service('store', [httpRoute({ data: 1 })]);
        const middle = await anApp((_, response) => {
          void ask(plane.egressAddress('middle', 'store', 80)).then((answer) => {
            response.setHeader('x-served-by', answer.servedBy).end(answer.body);
          });
        });
        mesh.caller('middle', 'store');
        mesh.tasks.pop();
        mesh.task('middle', middle.ip).service('app', [httpRoute({ middle: 1 })]);
        mesh.caller('ui', 'app');
        await apply();
        const answer = await ask(plane.egressAddress('ui', 'app', 80));
        expect(answer).toMatchObject({ body: 'data', servedBy: 'data, middle' });
      });

      it('loses no request of keep-alive connections while the split changes back and forth', async () => {
        const { address } = await twoVersions({ stable: 100, canary: 0 });
        const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
        const statuses: number[] = [];
        let done = false;
        const users = Array.from({ length: 4 }, async () => {
          while (!done) statuses.push((await ask(address, '/', { agent })).status);
        });
        for (const canary of [10, 50, 100, 30, 0, 100, 0]) {
          await shift({ stable: 100 - canary, canary });
          const enough = statuses.length + 8;
          while (statuses.length < enough) await wait(2);
        }
        done = true;
        await Promise.all(users);
        agent.destroy();
        expect(statuses.filter((status) => status !== 200)).toEqual([]);
      });

      it('tries routes by priority and by path, method and header conditions', async () => {
        const { address } = await twoVersions({ stable: 1 });
        const router = mesh.routers.get('app-router');
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
        await apply();
        const user = { headers: { 'x-user': 'a12' } };
        expect((await ask(address, '/beta?on=yes', user)).body).toBe('canary');
        expect((await ask(address, '/beta?on=no', user)).body).toBe('stable');
        expect((await ask(address, '/beta?on=yes', { headers: { 'x-user': 'b' } })).body).toBe('stable');
        expect((await ask(address, '/beta?on=yes', { ...user, method: 'POST' })).body).toBe('stable');
      });

      it('gives the application the host it would see on AWS', async () => {
        const { app, address } = await oneVersion((_, response) => response.end());
        await ask(address, '/path?a=b');
        expect(app.seen).toEqual([expect.objectContaining({ url: '/path?a=b', host: 'app:80' })]);
      });

      it('follows a virtual service that is provided by a node directly', async () => {
        const { app } = await oneVersion((_, response) => response.end('direct'));
        const plan = mesh.plan();
        const provider = { virtualNode: { virtualNodeName: 'v1' } };
        await plane.apply({
          ...plan,
          mesh: { ...plan.mesh, virtualServices: [{ name: 'app', spec: { provider } }] },
        });
        expect((await ask(plane.egressAddress('ui', 'app', 8080))).body).toBe('direct');
        expect(app.seen).toHaveLength(1);
      });
    });

    describe('gateways', () => {
      it('rewrites the matched prefix and the host, and names the version', async () => {
        const { app } = await oneVersion((_, response) => response.end('ok'));
        const target = { virtualService: { virtualServiceName: 'app' } };
        mesh.gateways.set('gw', [
          { name: 'a', spec: { httpRoute: { match: { prefix: '/shop' }, action: { target } } } },
        ]);
        await apply();
        const gateway = plane.gatewayAddress('gw');
        expect(await ask(gateway, '/shop/cart?x=1')).toMatchObject({ status: 200, servedBy: 'v1' });
        expect(await ask(gateway, '/shop')).toMatchObject({ status: 200 });
        expect(app.seen.map(({ url, host }) => `${host}${url}`)).toEqual(['app/cart?x=1', 'app/']);
        expect((await ask(gateway, '/other')).status).toBe(404);
        await expectCounter(['own', 'gw'], { requests: 3, responses: { '2xx': 2, '4xx': 1 } });
        await expectCounter(['caller', 'gw', 'v1'], { requests: 2 });
      });
    });

    describe('failures', () => {
      it('fails with 404 where no route matches, and where a router has no route', async () => {
        const { address } = await oneVersion((_, response) => response.end(), { match: { prefix: '/only' } });
        expect((await ask(address, '/elsewhere')).status).toBe(404);
        const router = mesh.routers.get('app-router');
        if (router !== undefined) router.routes = [];
        await apply();
        expect((await ask(address, '/only')).status).toBe(404);
      });

      it('fails with 503 where every weight is 0', async () => {
        const { address } = await twoVersions({ stable: 0, canary: 0 });
        expect((await ask(address)).status).toBe(503);
      });

      it('fails with 503 and names the version when it has no endpoint', async () => {
        mesh
          .node('v1')
          .service('app', [httpRoute({ v1: 1 })])
          .caller('ui', 'app');
        await apply();
        const answer = await ask(plane.egressAddress('ui', 'app', 80));
        expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
        await expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
      });

      it('fails with 503 on both sides when the application listens on another port', async () => {
        const app = await anApp((_, response) => response.end(), 8081);
        mesh
          .node('v1')
          .task('v1', app.ip)
          .service('app', [httpRoute({ v1: 1 })])
          .caller('ui', 'app');
        await apply();
        const answer = await ask(plane.egressAddress('ui', 'app', 80));
        expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
        await expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '5xx': 1 } });
        await expectCounter(['own', 'v1'], { responses: { '5xx': 1 }, connectFailures: 1 });
      });

      it('fails with 503 and a connect failure at the caller when the task is gone but still registered', async () => {
        mesh
          .node('v1')
          .task('v1', nextIp())
          .service('app', [httpRoute({ v1: 1 })])
          .caller('ui', 'app');
        mesh.tasks = mesh.tasks.filter(({ node }) => node === 'ui');
        await apply();
        const answer = await ask(plane.egressAddress('ui', 'app', 80));
        expect(answer).toMatchObject({ status: 503, servedBy: 'v1' });
        const counted = await counter('caller', 'ui', 'v1');
        expect(counted).toMatchObject({ requests: 1, responses: { '5xx': 1 }, connectFailures: 1 });
      });

      it('fails with 504 after the route’s time limit and counts its whole duration', async () => {
        const { address } = await oneVersion(
          (_, response) => setTimeout(() => response.end(), 1500).unref(),
          {
            timeout: { perRequest: { unit: 'ms', value: 150 } },
          },
        );
        expect(await ask(address)).toMatchObject({ status: 504, servedBy: 'v1' });
        const { latency, responses } = await counter('caller', 'ui', 'v1');
        expect(responses['5xx']).toBe(1);
        expect(latency.counts).toEqual([1]);
        expect(latency.upperMillis[0]).toBeGreaterThanOrEqual(150);
      });

      it('reaches no service that is not declared as a backend', async () => {
        await oneVersion((_, response) => response.end());
        await expect(ask(plane.egressAddress('v1', 'app', 80))).rejects.toThrow();
      });

      it('refuses what it does not have and names it', async () => {
        mesh.node('v1', { serviceDiscovery: { dns: { hostname: 'v1.test' } } });
        await expect(apply()).rejects.toThrow(/virtual node "v1" uses serviceDiscovery.dns/);
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
        const { address, app } = await oneVersion(failsFirst(), {
          retryPolicy: {
            maxRetries: 2,
            perRetryTimeout: { unit: 's', value: 2 },
            httpRetryEvents: ['gateway-error'],
          },
        });
        expect((await ask(address)).status).toBe(200);
        expect(app.seen).toHaveLength(2);
        await expectCounter(['caller', 'ui', 'v1'], { requests: 1, responses: { '2xx': 1 } });
        await expectCounter(['own', 'v1'], { requests: 2, responses: { '5xx': 1 } });
      });

      it('never tries again by itself', async () => {
        const { address, app } = await oneVersion(failsFirst());
        expect((await ask(address)).status).toBe(503);
        expect(app.seen).toHaveLength(1);
      });
    });

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
        mesh.node('v1', { listeners }).task('v1', good.ip).task('v1', bad.ip);
        mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
        await apply();
        return { state, good, bad, address: plane.egressAddress('ui', 'app', 80) };
      }

      it('spreads requests over healthy endpoints and leaves out one whose checks fail', async () => {
        const { state, address } = await pair();
        expect(Object.keys(await bodies(address, 10)).sort()).toEqual(['bad', 'good']);
        state.broken = true;
        await wait(600);
        expect(await bodies(address, 10)).toEqual({ good: 10 });
      });

      it('does not count its own checks as traffic', async () => {
        const { good } = await pair();
        await wait(250);
        expect(good.seen.filter(({ url }) => url === '/healthz').length).toBeGreaterThan(1);
        await expectCounter(['own', 'v1'], { requests: 0 });
        await expectCounter(['caller', 'ui', 'v1'], { requests: 0 });
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
        mesh.node('v1', { listeners }).task('v1', app.ip);
        mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
        await apply();
        return { state, address: plane.egressAddress('ui', 'app', 80) };
      }

      it('leaves out instances that are reported unhealthy, unless all are', async () => {
        const good = await anApp((_, response) => response.end('good'));
        const bad = await anApp((_, response) => response.end('bad'));
        mesh.node('v1').task('v1', good.ip).task('v1', bad.ip, { healthy: false });
        mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
        await apply();
        const address = plane.egressAddress('ui', 'app', 80);
        expect(await bodies(address, 6)).toEqual({ good: 6 });
        mesh.instances = mesh.instances.map((one) => ({ ...one, healthy: false }));
        await apply();
        expect(Object.keys(await bodies(address, 6)).sort()).toEqual(['bad', 'good']);
      });
    });

    describe('counters', () => {
      it('keeps callers apart and knows targets before their first request', async () => {
        const { address } = await twoVersions({ stable: 100, canary: 0 });
        mesh.caller('other', 'app');
        await apply();
        await ask(address);
        await ask(address);
        await ask(plane.egressAddress('other', 'app', 80));
        await expectCounter(['caller', 'ui', 'stable'], {
          requests: 2,
          responses: { '2xx': 2 },
        });
        await expectCounter(['caller', 'other', 'stable'], { requests: 1 });
        await expectCounter(['caller', 'ui', 'canary'], { requests: 0, protocol: 'http' });
        await expectCounter(['own', 'stable'], { requests: 3 });
      });

      it('keeps counting while endpoints and splits change', async () => {
        const { address } = await twoVersions({ stable: 100 });
        await ask(address);
        const more = await anApp((_, response) => response.end('stable'));
        mesh.task('stable', more.ip);
        await apply();
        await ask(address);
        await shift({ stable: 60, canary: 40 });
        const { requests, latency } = await counter('caller', 'ui', 'stable');
        expect(requests).toBe(2);
        expect(latency.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
      });
    });

    describe('removal', () => {
      it('lets requests in flight finish when their version is removed', async () => {
        const slow = await anApp((_, response) => setTimeout(() => response.end('done'), 400));
        mesh
          .node('v1')
          .task('v1', slow.ip)
          .node('v2')
          .service('app', [httpRoute({ v1: 1 })])
          .caller('ui', 'app');
        await apply();
        const address = plane.egressAddress('ui', 'app', 80);
        const inFlight = ask(address);
        await wait(100);
        mesh.tasks = mesh.tasks.filter(({ node }) => node !== 'v1');
        mesh.instances = [];
        await shift({ v2: 1 });
        expect((await ask(address)).servedBy).toBe('v2');
        expect(await inFlight).toMatchObject({ status: 200, body: 'done' });
      });

      it('keeps an address for good once it was asked for', async () => {
        const early = plane.egressAddress('ui', 'app', 80);
        const { address } = await oneVersion((_, response) => response.end('same'));
        expect(address).toEqual(early);
        expect((await ask(early)).body).toBe('same');
      });
    });

    describe('tcp', () => {
      function firstBytes(address: Address): Promise<string> {
        return new Promise((resolve) => {
          const socket = net.connect(address);
          socket.on('error', () => resolve(''));
          socket.on('close', () => resolve(''));
          socket.once('data', (data) => {
            resolve(data.toString());
            socket.destroy();
          });
        });
      }

      async function database(weights: Record<string, number>) {
        const one = await aTcpApp('one');
        const two = await aTcpApp('two');
        mesh.node('d1', { protocol: 'tcp' }).task('d1', one.ip);
        mesh.node('d2', { protocol: 'tcp' }).task('d2', two.ip);
        mesh.service('db', [tcpRoute(weights)], { port: 5432, protocol: 'tcp' }).caller('ui', 'db');
        await apply();
        return { one, two, address: plane.egressAddress('ui', 'db', 5432) };
      }

      async function toSplit(weights: Record<string, number>): Promise<void> {
        const router = mesh.routers.get('db-router');
        if (router !== undefined) router.routes = [tcpRoute(weights)];
        await apply();
      }

      it('sends new connections to the weighted versions and counts them', async () => {
        const { address } = await database({ d1: 100, d2: 0 });
        expect(await firstBytes(address)).toBe('one');
        await toSplit({ d1: 0, d2: 100 });
        expect(await firstBytes(address)).toBe('two');
        await expectCounter(['caller', 'ui', 'd1'], { requests: 1, protocol: 'tcp' });
        await expectCounter(['caller', 'ui', 'd2'], { requests: 1, connectFailures: 0 });
      });

      it('closes connections where no route or no weight is left', async () => {
        const { address } = await database({ d1: 0, d2: 0 });
        expect(await firstBytes(address)).toBe('');
      });

      it('fails at the version’s own proxy when nothing listens behind it', async () => {
        const { one, address } = await database({ d1: 100 });
        await one.close();
        expect(await firstBytes(address)).toBe('');
        await expectCounter(['own', 'd1'], { requests: 1, connectFailures: 1 });
      });
    });
  });
}
