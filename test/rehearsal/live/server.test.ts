import { type IncomingMessage, request } from 'node:http';
import { applied, type Json } from '../../../rehearsal/live/difference';
import { refusalOf } from '../../../rehearsal/live/gate';
import { type LiveServer, startLiveServer } from '../../../rehearsal/live/server';
import type { LiveState } from '../../../rehearsal/live/state';
import { theMachine } from './browser';
import { aCrowdedState, aRunningState } from './sample-state';

let state: LiveState;
let server: LiveServer;

beforeEach(async () => {
  state = aRunningState();
  server = await startLiveServer({ state: () => state, machine: theMachine() });
});
afterEach(() => server.stop());

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server.url), { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

interface Message {
  readonly event: string;
  readonly data: unknown;
  readonly at: number;
}

/** Listens to the events; the list grows as they come. */
function listen(): Promise<{ readonly messages: Message[]; stop(): void }> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/events', server.url), { agent: false }, (response) => {
      const messages: Message[] = [];
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, event = '', data = 'null'] = /event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
          messages.push({ event, data: JSON.parse(data), at: performance.now() });
        }
      });
      resolve({ messages, stop: () => asked.destroy() });
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function until(isMet: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isMet()) {
    if (performance.now() > end) throw new Error('it did not happen within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the live server', () => {
  it('serves one page of less than 100 kB that may load nothing', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; img-src data:; frame-ancestors 'none'/,
    );
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/<script src|<link rel="stylesheet"|https?:\/\/(?!www\.w3\.org)/);
    expect(Buffer.byteLength(body)).toBeLessThan(100_000);
  });

  it('serves the state, its lists held to their bounds', async () => {
    const [rollout] = state.rollouts;
    const [check] = rollout!.checks;
    state = aCrowdedState({
      rollouts: [{ ...rollout!, checks: Array.from({ length: 900 }, () => check!) }],
      traffic: Array.from({ length: 900 }, () => state.traffic[0]!),
    });
    const served: LiveState = JSON.parse((await ask('/state.json')).body);
    expect(served.environment).toBe('canary-demo');
    expect(served.rollouts[0]?.checks).toHaveLength(200);
    expect(served.traffic).toHaveLength(600);
  });

  it.each(['/x', '/state.json/', '/../etc/passwd', '/?a', '/favicon.ico'])(
    'has nothing at %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('tells the whole state first, then differences, at most four in a second', async () => {
    const { messages, stop } = await listen();
    await until(() => messages.length >= 2);
    expect(messages.map(({ event }) => event)).toEqual(['page', 'state']);
    const began = performance.now();
    for (let second = 0; performance.now() - began < 1200; second += 1) {
      state = { ...state, now: `now ${second}` };
      server.changed();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const last = state.now;
    const known = (): Json =>
      messages
        .slice(2)
        .reduce<Json>(
          (sum, { data }) => (data === null ? sum : applied(sum, data as never)),
          messages[1]?.data as Json,
        );
    await until(() => (known() as { now?: string }).now === last);
    stop();
    expect(known()).toEqual(JSON.parse(JSON.stringify(state)));
    expect(messages.length - 2).toBeLessThanOrEqual(8);
    expect(JSON.stringify(messages.at(-1)?.data).length).toBeLessThan(100);
  });

  it('speaks at least every two seconds, though nothing changes', async () => {
    const { messages, stop } = await listen();
    await until(() => messages.some(({ event }) => event === 'beat'));
    stop();
  });

  it('does not ask for the state while nobody listens', async () => {
    let asked = 0;
    const quiet = await startLiveServer({
      state: () => {
        asked += 1;
        return state;
      },
      machine: [],
    });
    quiet.changed();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await quiet.stop();
    expect(asked).toBe(0);
  });

  it('fails on a port that is taken, and says so', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startLiveServer({ state: () => state, machine: [], port })).rejects.toThrow(
      `the live page cannot be served on port ${port}: another program listens there`,
    );
  });

  it('stops twice, with pages that listen', async () => {
    const { messages, stop } = await listen();
    await until(() => messages.length > 0);
    await Promise.all([server.stop(), server.stop()]);
    stop();
    await expect(ask('/')).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ])('answers a request for the state with %j by %d', async (headers, status) => {
    expect((await ask('/state.json', headers as Record<string, string>)).status).toBe(status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await ask('/', {}, method)).status).toBe(405);
  });
});

describe('the gate', () => {
  const headers = { host: '127.0.0.1:80', 'sec-fetch-site': 'cross-site' };

  it('lets a link to the page be followed from anywhere, but not be framed or read', () => {
    const link = { ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(refusalOf({ method: 'GET', url: '/', headers: link }, 80)).toBeNull();
    expect(
      refusalOf({ method: 'GET', url: '/', headers: { ...link, 'sec-fetch-dest': 'iframe' } }, 80)?.status,
    ).toBe(403);
    expect(refusalOf({ method: 'GET', url: '/state.json', headers: link }, 80)?.status).toBe(403);
  });

  it('knows this machine by its name too', () => {
    expect(refusalOf({ method: 'GET', url: '/', headers: { host: 'localhost:80' } }, 80)).toBeNull();
  });
});
