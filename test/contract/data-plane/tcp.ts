import net from 'node:net';
import { aTcpApp, tcpRoute } from '../../rehearsal/data-plane/mesh-builder';
import type { Address, DataPlaneFixture } from './fixture';

/** Connections, which know no requests. */
export function describeTcp(fixture: DataPlaneFixture): void {
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
      fixture.mesh.node('d1', { protocol: 'tcp' }).task('d1', one.ip);
      fixture.mesh.node('d2', { protocol: 'tcp' }).task('d2', two.ip);
      fixture.mesh.service('db', [tcpRoute(weights)], { port: 5432, protocol: 'tcp' }).caller('ui', 'db');
      await fixture.apply();
      return { one, two, address: fixture.plane.egressAddress('ui', 'db', 5432) };
    }

    async function toSplit(weights: Record<string, number>): Promise<void> {
      const router = fixture.mesh.routers.get('db-router');
      if (router !== undefined) router.routes = [tcpRoute(weights)];
      await fixture.apply();
    }

    it('sends new connections to the weighted versions and counts them', async () => {
      const { address } = await database({ d1: 100, d2: 0 });
      expect(await firstBytes(address)).toBe('one');
      await toSplit({ d1: 0, d2: 100 });
      expect(await firstBytes(address)).toBe('two');
      await fixture.expectCounter(['caller', 'ui', 'd1'], { requests: 1, protocol: 'tcp' });
      await fixture.expectCounter(['caller', 'ui', 'd2'], { requests: 1, connectFailures: 0 });
    });

    it('closes connections where no route or no weight is left', async () => {
      const { address } = await database({ d1: 0, d2: 0 });
      expect(await firstBytes(address)).toBe('');
    });

    it('fails at the version’s own proxy when nothing listens behind it', async () => {
      const { one, address } = await database({ d1: 100 });
      await one.close();
      expect(await firstBytes(address)).toBe('');
      await fixture.expectCounter(['own', 'd1'], { requests: 1, connectFailures: 1 });
    });
  });
}
