import { createAddressPool } from '../../../rehearsal/tasks/addresses';

describe('address pool', () => {
  it('gives each address once, within 127.64.0.0/10', async () => {
    const pool = createAddressPool(0, async () => true);
    const given: string[] = [];
    for (let count = 0; count < 600; count += 1) given.push(await pool.next());
    expect(given[0]).toBe('127.64.0.1');
    expect(given[254]).toBe('127.64.1.1');
    expect(new Set(given).size).toBe(600);
    expect(given.some((ip) => /\.(0|255)$/.test(ip))).toBe(false);
  });

  it('begins again after the last block', async () => {
    const pool = createAddressPool(64 * 256 - 1, async () => true);
    expect(await pool.next()).toBe('127.127.255.1');
    for (let count = 1; count < 254; count += 1) await pool.next();
    expect(await pool.next()).toBe('127.64.0.1');
  });

  it('fails with the command that adds the addresses', async () => {
    await expect(createAddressPool(0, async () => false).next()).rejects.toThrow(
      /cannot listen on 127\.64\.0\.1.*ifconfig lo0 alias/,
    );
  });
});
