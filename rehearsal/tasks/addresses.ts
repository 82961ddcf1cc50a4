import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Hands out loopback addresses that no other task has, out of 127.64.0.0/10. */
export interface AddressPool {
  /**
   * The next free address.
   * @throws Error saying which command adds the addresses where the system has 127.0.0.1 only.
   */
  next(): Promise<string>;
}

const HOSTS_PER_BLOCK = 254;
const BLOCKS = 64 * 256;

/**
 * Creates a pool. Linux answers on all of 127.0.0.0/8, so each pool begins at a block of its own and two rehearsals
 * do not meet; elsewhere addresses must be added by hand, so they begin at 127.64.0.1.
 */
export function createAddressPool(
  firstBlock = process.platform === 'linux' ? randomInt(BLOCKS) : 0,
  canBind: (ip: string) => Promise<boolean> = canListen,
): AddressPool {
  let given = 0;
  return {
    next: async () => {
      const block = (firstBlock + Math.floor(given / HOSTS_PER_BLOCK)) % BLOCKS;
      const ip = `127.${64 + (block >> 8)}.${block & 255}.${1 + (given % HOSTS_PER_BLOCK)}`;
      given += 1;
      if (!(await canBind(ip))) throw new Error(addressMissing(ip));
      return ip;
    },
  };
}

function addressMissing(ip: string): string {
  const advice =
    'add the addresses with: for i in $(seq 1 64); do sudo ifconfig lo0 alias 127.64.0.$i up; done';
  return `cannot listen on ${ip}: this system has no such loopback address; ${advice}`;
}

function canListen(ip: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(0, ip, () => server.close(() => resolve(true)));
  });
}
