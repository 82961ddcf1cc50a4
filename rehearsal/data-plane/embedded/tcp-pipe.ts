import net from 'node:net';
import type { Address } from '../plan/model';
import type { SideStats } from './stats';

const CONNECT_LIMIT_MILLIS = 1000;

/** Joins a connection to the one made to `address`; without an address it is closed, and counted as a failure. */
export function pipe(
  socket: net.Socket,
  address: Address | undefined,
  idleMillis: number,
  counted: readonly SideStats[],
): void {
  const count = (millis?: number): void => {
    for (const stats of counted) stats.connected(millis);
  };
  if (address === undefined) {
    count();
    return void socket.destroy();
  }
  const started = performance.now();
  const upstream = net.connect({ ...address, timeout: CONNECT_LIMIT_MILLIS });
  let connected = false;
  upstream.once('connect', () => {
    connected = true;
    count(performance.now() - started);
    upstream.setTimeout(idleMillis);
  });
  const end = (): void => {
    socket.destroy();
    upstream.destroy();
  };
  upstream.on('timeout', end);
  upstream.on('error', end);
  upstream.once('close', () => {
    if (!connected) count();
    socket.end();
  });
  socket.once('close', () => upstream.destroy());
  socket.pipe(upstream).pipe(socket);
}
