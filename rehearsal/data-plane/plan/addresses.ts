import net from 'node:net';
import type { Address } from './model';

/** Outside the range from which Linux and macOS take ports of outgoing connections, so none of those collides. */
const FIRST_PORT = 18_000;
const LAST_PORT = 31_999;
/** Ports that one book has for itself. */
const BLOCK = 1000;
const HOST = '127.0.0.1';

/** The first and, excluded, the last port to choose from. */
type Range = readonly [from: number, to: number];
const EVERYWHERE: Range = [FIRST_PORT, LAST_PORT];

/** Opens a port nobody has; connections to it are closed at once, as the mesh closes what it has no route for. */
function reserve(port: number): Promise<net.Server | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host: HOST, port, exclusive: true }, () => resolve(server));
  });
}

/** A block whose first port nobody holds, held from now on; undefined when all are taken. */
async function ownBlock(): Promise<{ readonly range: Range; readonly lock: net.Server } | undefined> {
  const count = Math.floor((LAST_PORT - FIRST_PORT) / BLOCK);
  const any = Math.floor(Math.random() * count);
  for (let next = 0; next < count; next += 1) {
    const from = FIRST_PORT + ((any + next) % count) * BLOCK;
    const lock = await reserve(from);
    if (lock !== undefined) return { range: [from + 1, from + BLOCK], lock };
  }
  return undefined;
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
 * so that no other program takes them in between. Afterwards they are open for moments, and for longer while a proxy
 * is started again: so each book keeps to a block of ports that no other book takes from.
 */
export class AddressBook {
  private block: { readonly range: Range; readonly lock: net.Server } | undefined;
  private readonly held = new Map<number, net.Server>();
  private readonly spare: number[] = [];
  private readonly given = new Map<string, Address>();

  constructor(private readonly reserveSize = 128) {}

  /** Makes enough ports ready; call before asking for addresses. */
  async fill(): Promise<void> {
    this.block ??= await ownBlock();
    if (this.block !== undefined) await this.fillFrom(this.block.range);
    await this.fillFrom(EVERYWHERE);
  }

  private async fillFrom([from, to]: Range): Promise<void> {
    for (let tries = 0; this.spare.length < this.reserveSize && tries < 5000; tries++) {
      const port = from + Math.floor(Math.random() * (to - from));
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
    const lock = this.block?.lock;
    this.block = undefined;
    await new Promise<void>((resolve) => (lock === undefined ? resolve() : lock.close(() => resolve())));
    await this.release([...this.held.keys()].map((port) => ({ host: HOST, port })));
  }
}
