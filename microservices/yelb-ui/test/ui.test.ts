import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createAppserver } from '../src/appserver';
import { createUiServer } from '../src/http-server';
import { readSettings } from '../src/settings';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the page server', () => {
  let received: { method?: string; url?: string; key?: string } = {};
  const backend = createServer((request, response) => {
    received = {
      method: request.method,
      url: request.url,
      key: String(request.headers['idempotency-key']),
    };
    request.resume();
    response.writeHead(request.url === '/api/status/503' ? 503 : 200, {
      'X-Served-By': 'node-a',
      'x-served-by-more': '1',
    });
    response.end('[1]');
  });
  let base = '';
  let ui: Server;
  let appserver: ReturnType<typeof createAppserver>;

  before(async () => {
    const port = await listen(backend);
    const settings = readSettings({
      YELB_APPSERVER_ENDPOINT: `127.0.0.1:${port}`,
      SERVICE_VERSION: 'abcdef12',
    });
    appserver = createAppserver(settings);
    ui = createUiServer(settings, appserver, () => {});
    base = `http://127.0.0.1:${await listen(ui)}`;
  });
  after(() => {
    ui.close();
    appserver.close();
    backend.close();
  });

  it('serves the page and its parts, and 304 when unchanged', async () => {
    for (const path of ['/', '/page.css', '/page.js', '/icon.svg']) {
      const first = await fetch(base + path);
      assert.equal(first.status, 200, path);
      await first.text();
      const again = await fetch(base + path, {
        headers: { 'if-none-match': first.headers.get('etag') ?? '' },
      });
      assert.equal(again.status, 304, path);
    }
    assert.match(await (await fetch(base)).text(), /<h1>Yelb<\/h1>/);
  });

  it('passes calls and their headers through unchanged', async () => {
    const response = await fetch(`${base}/api/vote/ihop?x=1`, {
      method: 'POST',
      headers: { 'idempotency-key': 'key-number-1' },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-served-by'), 'node-a');
    assert.deepEqual(received, { method: 'POST', url: '/api/vote/ihop?x=1', key: 'key-number-1' });
  });

  it('passes an error of the API through instead of making its own', async () => {
    const response = await fetch(`${base}/api/status/503`);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('x-served-by'), 'node-a');
  });

  it('refuses a body that is too large', async () => {
    const response = await fetch(`${base}/api/vote/ihop`, { method: 'POST', body: 'x'.repeat(70_000) });
    assert.equal(response.status, 413);
  });

  it('reports its health and version', async () => {
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    assert.equal((await fetch(`${base}/healthz/live`)).status, 200);
    assert.deepEqual(await (await fetch(`${base}/version`)).json(), {
      service: 'yelb-ui',
      version: 'abcdef12',
    });
  });
});

describe('the page server without an API', () => {
  it('answers 502 only when the API cannot be reached', async () => {
    const closed = createServer();
    const port = await listen(closed);
    closed.close();
    const settings = readSettings({ YELB_APPSERVER_ENDPOINT: `127.0.0.1:${port}` });
    const lonely = createUiServer(settings, createAppserver(settings), () => {});
    const url = `http://127.0.0.1:${await listen(lonely)}`;
    assert.equal((await fetch(`${url}/api/getvotes`)).status, 502);
    assert.equal((await fetch(`${url}/healthz`)).status, 503);
    assert.equal((await fetch(`${url}/healthz/live`)).status, 200);
    lonely.close();
  });

  it('refuses to start without the address of the API', () => {
    assert.throws(() => readSettings({}), /YELB_APPSERVER_ENDPOINT/);
  });
});
