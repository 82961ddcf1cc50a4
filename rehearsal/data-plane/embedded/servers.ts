import http from 'node:http';
import net from 'node:net';
import { PlanRejected } from '../errors';
import type { Address } from '../plan/model';

/** A listening socket of the embedded proxy. */
export interface OpenServer {
  readonly address: Address;
  /** Takes no new connections; those that are open end after `drainMillis` at the latest. */
  close(drainMillis: number): void;
  /** Ends every connection now. */
  destroy(): Promise<void>;
}

function listen(server: net.Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new PlanRejected('listeners', `cannot listen on ${address.host}:${address.port}: ${error.message}`),
      ),
    );
    server.listen({ ...address, exclusive: true }, resolve);
  });
}

function later(millis: number, work: () => void): void {
  setTimeout(work, millis).unref();
}

/** Opens an HTTP/1.1 server. */
export async function openHttp(address: Address, handler: http.RequestListener): Promise<OpenServer> {
  const server = http.createServer(handler);
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listen(server, address);
  return {
    address,
    close: (drainMillis) => {
      server.close();
      server.closeIdleConnections();
      later(drainMillis, () => server.closeAllConnections());
    },
    destroy: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A TCP server that can also end the connections it has now. */
export interface OpenTcpServer extends OpenServer {
  /** Ends the connections that are open now after `drainMillis`; later ones stay. */
  drainOld(drainMillis: number): void;
}

/** Opens a TCP server. */
export async function openTcp(
  address: Address,
  handler: (socket: net.Socket) => void,
): Promise<OpenTcpServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    handler(socket);
  });
  await listen(server, address);
  const drainOld = (drainMillis: number): void => {
    const old = [...sockets];
    later(drainMillis, () => {
      for (const socket of old) socket.destroy();
    });
  };
  return {
    address,
    drainOld,
    close: (drainMillis) => {
      server.close();
      drainOld(drainMillis);
    },
    destroy: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
