import net from 'node:net';
import type { Address } from './model';

/** Outside the range from which Linux and macOS take ports of outgoing connections, so none of those collides. */
const FIRST_PORT = 18_000;
const LAST_PORT = 31_999;
const HOST = '127.0.0.1';

/** Opens a port nobody has; connections to it are closed at once, as the mesh closes what it has no route for. */
function reserve(port: number): Promise<net.Server | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host: HOST, port, exclusive: true }, () => resolve(server));
  });
}

/** More addresses were asked for than are ready; `AddressBook.fill` makes more. */
export class OutOfPorts extends Error {
  constructor(key: string, given: number) {
    super(
      `no free loopback port is ready for "${key}", ${given} are in use; start the data plane before asking, or ask for fewer new addresses between two plans`,
    );
    this.name = 'OutOfPorts';
  }
}

/**
 * Hands out loopback addresses, each free when given and stable afterwards. Ports are held open until `release`
 * so that no other program takes them in between.
 */
export class AddressBook {
  private readonly held = new Map<number, net.Server>();
  private readonly spare: number[] = [];
  private readonly given = new Map<string, Address>();

  constructor(private readonly reserveSize = 128) {}

  /** Makes enough ports ready; call before asking for addresses. */
  async fill(): Promise<void> {
    for (let tries = 0; this.spare.length < this.reserveSize && tries < 5000; tries++) {
      const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
      const server = this.held.has(port) ? undefined : await reserve(port);
      if (server === undefined) continue;
      this.held.set(port, server);
      this.spare.push(port);
    }
  }

  /** Where a caller reaches a virtual service on its port. */
  egress(caller: string, virtualService: string, port: number): Address {
    return this.give(`egress ${caller} ${virtualService} ${port}`);
  }

  /** Where users reach a gateway. */
  gateway(name: string): Address {
    return this.give(`gateway ${name}`);
  }

  /** An address for the data plane's own use. */
  own(name: string): Address {
    return this.give(`own ${name}`);
  }

  /** @throws {OutOfPorts} */
  private give(key: string): Address {
    const known = this.given.get(key);
    if (known !== undefined) return known;
    const port = this.spare.shift();
    if (port === undefined) throw new OutOfPorts(key, this.given.size);
    const address = { host: HOST, port };
    this.given.set(key, address);
    return address;
  }

  /** Lets go of the given addresses' ports, so that the proxy can listen there. */
  async release(addresses: readonly Address[]): Promise<void> {
    const servers = addresses.flatMap(({ port }) => {
      const server = this.held.get(port);
      this.held.delete(port);
      return server ?? [];
    });
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  /** Lets go of every port. */
  async close(): Promise<void> {
    this.spare.length = 0;
    await this.release([...this.held.keys()].map((port) => ({ host: HOST, port })));
  }
}
