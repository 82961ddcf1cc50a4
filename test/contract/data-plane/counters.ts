import { setTimeout as wait } from 'node:timers/promises';
import { anApp, ask, httpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneBench } from './bench';

/** What is counted, and what ends with a version. */
export function describeCounters(bench: DataPlaneBench): void {
  describe('counters', () => {
    it('keeps callers apart and knows targets before their first request', async () => {
      const { address } = await bench.twoVersions({ stable: 100, canary: 0 });
      bench.mesh.caller('other', 'app');
      await bench.apply();
      await ask(address);
      await ask(address);
      await ask(bench.plane.egressAddress('other', 'app', 80));
      await bench.expectCounter(['caller', 'ui', 'stable'], {
        requests: 2,
        responses: { '2xx': 2 },
      });
      await bench.expectCounter(['caller', 'other', 'stable'], { requests: 1 });
      await bench.expectCounter(['caller', 'ui', 'canary'], { requests: 0, protocol: 'http' });
      await bench.expectCounter(['own', 'stable'], { requests: 3 });
    });

    it('keeps counting while endpoints and splits change', async () => {
      const { address } = await bench.twoVersions({ stable: 100 });
      await ask(address);
      const more = await anApp((_, response) => response.end('stable'));
      bench.mesh.task('stable', more.ip);
      await bench.apply();
      await ask(address);
      await bench.shift({ stable: 60, canary: 40 });
      const { requests, latency } = await bench.counter('caller', 'ui', 'stable');
      expect(requests).toBe(2);
      expect(latency.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    });
  });

  describe('removal', () => {
    it('lets requests in flight finish when their version is removed', async () => {
      const slow = await anApp((_, response) => setTimeout(() => response.end('done'), 400));
      bench.mesh
        .node('v1')
        .task('v1', slow.ip)
        .node('v2')
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await bench.apply();
      const address = bench.plane.egressAddress('ui', 'app', 80);
      const inFlight = ask(address);
      await wait(100);
      bench.mesh.tasks = bench.mesh.tasks.filter(({ node }) => node !== 'v1');
      bench.mesh.instances = [];
      await bench.shift({ v2: 1 });
      expect((await ask(address)).servedBy).toBe('v2');
      expect(await inFlight).toMatchObject({ status: 200, body: 'done' });
    });

    it('keeps an address for good once it was asked for', async () => {
      const early = bench.plane.egressAddress('ui', 'app', 80);
      const { address } = await bench.oneVersion((_, response) => response.end('same'));
      expect(address).toEqual(early);
      expect((await ask(early)).body).toBe('same');
    });
  });
}
