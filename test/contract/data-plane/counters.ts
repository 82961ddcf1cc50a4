import { setTimeout as wait } from 'node:timers/promises';
import { anApp, ask, httpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { DataPlaneFixture } from './fixture';

/** What is counted, and what ends with a version. */
export function describeCounters(fixture: DataPlaneFixture): void {
  describe('counters', () => {
    it('keeps callers apart and knows targets before their first request', async () => {
      const { address } = await fixture.twoVersions({ stable: 100, canary: 0 });
      fixture.mesh.caller('other', 'app');
      await fixture.apply();
      await ask(address);
      await ask(address);
      await ask(fixture.plane.egressAddress('other', 'app', 80));
      await fixture.expectCounter(['caller', 'ui', 'stable'], {
        requests: 2,
        responses: { '2xx': 2 },
      });
      await fixture.expectCounter(['caller', 'other', 'stable'], { requests: 1 });
      await fixture.expectCounter(['caller', 'ui', 'canary'], { requests: 0, protocol: 'http' });
      await fixture.expectCounter(['own', 'stable'], { requests: 3 });
    });

    it('keeps counting while endpoints and splits change', async () => {
      const { address } = await fixture.twoVersions({ stable: 100 });
      await ask(address);
      const more = await anApp((_, response) => response.end('stable'));
      fixture.mesh.task('stable', more.ip);
      await fixture.apply();
      await ask(address);
      await fixture.shift({ stable: 60, canary: 40 });
      const { requests, latency } = await fixture.counter('caller', 'ui', 'stable');
      expect(requests).toBe(2);
      expect(latency.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    });
  });

  describe('removal', () => {
    it('lets requests in flight finish when their version is removed', async () => {
      const slow = await anApp((_, response) => setTimeout(() => response.end('done'), 400));
      fixture.mesh
        .node('v1')
        .task('v1', slow.ip)
        .node('v2')
        .service('app', [httpRoute({ v1: 1 })])
        .caller('ui', 'app');
      await fixture.apply();
      const address = fixture.plane.egressAddress('ui', 'app', 80);
      const inFlight = ask(address);
      await wait(100);
      fixture.mesh.tasks = fixture.mesh.tasks.filter(({ node }) => node !== 'v1');
      fixture.mesh.instances = [];
      await fixture.shift({ v2: 1 });
      expect((await ask(address)).servedBy).toBe('v2');
      expect(await inFlight).toMatchObject({ status: 200, body: 'done' });
    });

    it('keeps an address for good once it was asked for', async () => {
      const early = fixture.plane.egressAddress('ui', 'app', 80);
      const { address } = await fixture.oneVersion((_, response) => response.end('same'));
      expect(address).toEqual(early);
      expect((await ask(early)).body).toBe('same');
    });
  });
}
