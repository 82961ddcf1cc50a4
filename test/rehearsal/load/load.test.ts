import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { LoadGenerator } from '../../../rehearsal/load/generator';
import { loadProgram, type RunningLoad, startLoad } from '../../../rehearsal/load/load';
import type { LoadConfig, LoadSecond } from '../../../rehearsal/load/types';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly key: string;
  readonly body: string;
}

describe('load', () => {
  let server: http.Server;
  let baseUrl: string;
  let seen: Seen[];
  let connections: number;
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  let load: RunningLoad | undefined;

  beforeEach(async () => {
    seen = [];
    connections = 0;
    answer = (_, response) => response.end('ok');
    server = http.createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        key: String(request.headers['idempotency-key'] ?? ''),
        body,
      });
      answer(request, response);
    });
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    load?.kill();
    load = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function aLoad(more: Partial<LoadConfig> = {}): LoadConfig {
    return { baseUrl, rate: 200, journeys: [{ name: 'page', steps: [{ path: '/' }] }], ...more };
  }

  function begin(more: Partial<LoadConfig> = {}): LoadGenerator {
    return new LoadGenerator(aLoad(more), () => undefined);
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; !condition() && tries < 500; tries++) await wait(10);
    expect(condition()).toBe(true);
  }

  it('makes the load in a process of its own, over few connections, and reports what came of it', async () => {
    const seconds: LoadSecond[] = [];
    load = startLoad(aLoad());
    load.on('second', (second) => seconds.push(second));
    await until(() => seconds.length > 0 && seen.length > 150);
    load.setRate(100);
    load.pause();
    load.resume();
    const report = await load.stop();
    expect(report.requests).toBe(seen.length);
    expect(report.requests).toBeLessThan(report.seconds * 200 + 20);
    expect(report).toMatchObject({ failed: 0, unexpected: 0, dropped: 0, failures: [] });
    expect(report.p50Millis).toBeLessThanOrEqual(report.p99Millis ?? 0);
    expect(report.perSecond.reduce((sum, { requests }) => sum + requests, 0)).toBe(report.requests);
    expect(connections).toBeLessThanOrEqual(64);
    expect(await load.stop()).toEqual(report);
  });

  it('counts a request for each version that it passed and a failure for the first one listed', async () => {
    answer = (request, response) => {
      const status = request.url === '/bad' ? 503 : 200;
      response.writeHead(status, ['x-served-by', 'data-1', 'x-served-by', 'page-2']).end('oh');
    };
    const running = begin({
      journeys: [{ name: 'both', steps: [{ path: '/good' }, { path: '/bad' }] }],
    });
    await until(() => seen.length > 30);
    const { byVersion, requests, failed, failures } = await running.stop();
    expect(failed).toBe(requests / 2);
    expect(byVersion['data-1']).toMatchObject({ requests, failed });
    expect(byVersion['page-2']).toMatchObject({ requests, failed: 0 });
    expect(failures).toHaveLength(Math.min(20, failed));
    expect(failures[0]).toMatchObject({
      journey: 'both',
      path: '/bad',
      status: 503,
      servedBy: ['data-1', 'page-2'],
      body: 'oh',
    });
  });

  it('fills in a new uuid for each request, the same in all of its parts', async () => {
    const step = {
      method: 'POST',
      path: '/vote?id={{uuid}}',
      headers: { 'idempotency-key': '{{uuid}}', 'content-type': 'application/json' },
      body: '{"id":"{{uuid}}"}',
    };
    const running = begin({ journeys: [{ name: 'vote', steps: [step] }] });
    await until(() => seen.length > 10);
    await running.stop();
    const keys = seen.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { url, key, body } of seen) {
      expect(key).toMatch(/^[0-9a-f-]{36}$/);
      expect([url, body]).toEqual([`/vote?id=${key}`, `{"id":"${key}"}`]);
    }
  });

  it('tells unexpected answers from failures', async () => {
    answer = (_, response) => response.writeHead(404).end();
    const running = begin({
      journeys: [{ name: 'page', steps: [{ path: '/', expectStatus: [200] }] }],
    });
    await until(() => seen.length > 10);
    const report = await running.stop();
    expect(report).toMatchObject({ failed: 0, unexpected: report.requests });
    expect(report.unexpectedAnswers[0]).toMatchObject({ status: 404 });
  });

  it('counts requests that are cut off or not answered in time as failed', async () => {
    answer = (request, response) => {
      if (request.url === '/cut') response.destroy();
    };
    const running = begin({
      rate: 50,
      timeoutMillis: 150,
      journeys: [
        { name: 'cut', steps: [{ path: '/cut' }] },
        { name: 'hang', steps: [{ path: '/hang' }] },
      ],
    });
    await until(() => seen.length > 20);
    const report = await running.stop();
    expect(report.failed).toBe(report.requests);
    const errors = report.failures.map(({ error }) => error).join('\n');
    expect(errors).toMatch(/time limit/);
    expect(errors).toMatch(/socket|closed|terminated/i);
  });

  it('goes on beginning requests while none is answered, and drops those beyond its bound', async () => {
    answer = () => undefined;
    const running = begin({ maxInFlight: 10, timeoutMillis: 500 });
    await wait(400);
    const report = await running.stop();
    expect(report.requests).toBeGreaterThanOrEqual(10);
    expect(report.dropped).toBeGreaterThan(10);
  });

  it('pauses, resumes and changes its rate', async () => {
    const running = begin({ rate: 50 });
    await until(() => seen.length > 2);
    running.pause();
    await wait(100);
    const before = seen.length;
    await wait(200);
    expect(seen.length).toBe(before);
    running.resume();
    running.setRate(2000);
    await until(() => seen.length > before + 150);
    await running.stop();
  });

  it('runs the bundled program where it lies beside, else the source', () => {
    expect(loadProgram()).toMatchObject({ execArgv: ['--import', 'tsx'] });
  });

  it('fails with the process’s last words when its program cannot run', async () => {
    const broken = startLoad(aLoad(), { file: '/nowhere/worker.js', execArgv: [] });
    await expect(broken.stop()).rejects.toThrow(/load generator ended with code 1[\s\S]*Cannot find module/);
  });

  it('refuses a load without journeys', () => {
    expect(() => startLoad(aLoad({ journeys: [] }))).toThrow(/at least one journey/);
  });
});
