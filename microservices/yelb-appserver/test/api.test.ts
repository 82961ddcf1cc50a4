import { strict as assert } from 'node:assert';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { answer } from '../src/api';
import { createJsonServer } from '../src/http-server';
import { isRestaurant, RESTAURANTS } from '../src/restaurants';
import { KeyReusedError, type VoteStore } from '../src/vote-store';
import { VOTE_INCREMENT } from '../src/votes';

function memoryStore(): VoteStore & { broken: boolean } {
  const counts = new Map<string, number>();
  const keys = new Map<string, { restaurant: string; count: number }>();
  return {
    broken: false,
    counts: async () => RESTAURANTS.map((name) => ({ name, value: counts.get(name) ?? 0 })),
    async vote(restaurant, key) {
      const earlier = keys.get(key);
      if (earlier !== undefined && earlier.restaurant !== restaurant) {
        throw new KeyReusedError(key, earlier.restaurant);
      }
      const count = earlier?.count ?? (counts.get(restaurant) ?? 0) + VOTE_INCREMENT;
      counts.set(restaurant, count);
      keys.set(key, { restaurant, count });
      return count;
    },
    async check() {
      if (this.broken) throw new Error('connection refused');
    },
    close: async () => {},
  };
}

const votes = memoryStore();
let views = 0;
const pageViews = {
  increment: async () => {
    views += 1;
    return views;
  },
  check: async () => {},
  close: async () => {},
};
const settings = { hostname: 'task-1', version: 'abcdef12', faultEndpoints: true };
const server = createJsonServer((request) => answer({ settings, votes, pageViews }, request));
let base = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const vote = (restaurant: string, key?: string) =>
  fetch(`${base}/api/vote/${restaurant}`, {
    method: 'POST',
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });

describe('votes and page views', () => {
  it('lists the votes in the fixed order', async () => {
    const listed = (await (await fetch(`${base}/api/getvotes`)).json()) as { name: string }[];
    assert.deepEqual(
      listed.map((entry) => entry.name),
      ['outback', 'bucadibeppo', 'ihop', 'chipotle'],
    );
  });

  it('counts a vote once per key', async () => {
    const first = await (await vote('ihop', 'key-number-1')).json();
    const again = await (await vote('ihop', 'key-number-1')).json();
    const other = await (await vote('ihop', 'key-number-2')).json();
    assert.equal(again, first);
    assert.equal(other, (first as number) + VOTE_INCREMENT);
  });

  it('refuses a vote without key, with a key of another vote, or for nobody', async () => {
    assert.equal((await vote('ihop')).status, 400);
    await vote('ihop', 'key-number-3');
    assert.equal((await vote('outback', 'key-number-3')).status, 422);
    assert.equal((await vote('mcdonalds', 'key-number-4')).status, 404);
    assert.equal(isRestaurant('mcdonalds'), false);
  });

  it('refuses a vote by GET and names the method', async () => {
    const response = await fetch(`${base}/api/vote/ihop`);
    assert.equal(response.status, 405);
    assert.match(response.headers.get('allow') ?? '', /POST/);
  });

  it('counts page views', async () => {
    const { pageviews } = (await (await fetch(`${base}/api/getstats`)).json()) as { pageviews: number };
    assert.equal(await (await fetch(`${base}/api/pageviews`)).json(), pageviews + 1);
  });
});

describe('health, CORS and faults', () => {
  it('answers OPTIONS and sends the CORS headers', async () => {
    const response = await fetch(`${base}/api/getvotes`, { method: 'OPTIONS' });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
  });

  it('is alive but unhealthy while a dependency fails', async () => {
    votes.broken = true;
    const health = await fetch(`${base}/healthz`);
    assert.equal(health.status, 503);
    assert.match(await health.text(), /connection refused/);
    assert.equal((await fetch(`${base}/healthz/live`)).status, 200);
    votes.broken = false;
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
  });

  it('misbehaves on demand, within bounds', async () => {
    assert.equal((await fetch(`${base}/status/503`)).status, 503);
    assert.equal((await fetch(`${base}/delay/0.01`)).status, 200);
    assert.equal((await fetch(`${base}/delay/3600`)).status, 400);
  });
});
