import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askThroughout } from '../../../rehearsal/scenario/probe';

const PROBE = {
  text: 'every click counts',
  request: { method: 'POST' as const, path: '/vote', headers: { 'idempotency-key': '{{uuid}}' } },
  increase: 1,
  throughout: true,
};

/** Counts each key once; `refuses` says which requests, by number, are answered 503 and whether they count all the same. */
class Ballot {
  private readonly keys = new Set<string>();
  private requests = 0;
  private server: Server | undefined;
  lost = 0;

  constructor(private readonly refuses: (request: number) => 'before' | 'after' | undefined) {}

  async open(): Promise<string> {
    this.server = createServer((request, response) => {
      this.requests += 1;
      const refused = this.refuses(this.requests);
      if (refused !== 'before') this.keys.add(String(request.headers['idempotency-key']));
      response.writeHead(refused === undefined ? 200 : 503).end(String(this.keys.size - this.lost));
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

async function ask(ballot: Ballot, during?: () => void) {
  const ingressUrl = await ballot.open();
  const ended = new AbortController();
  const asking = askThroughout(
    { ingressUrl, clock: { now: () => 0 } },
    PROBE,
    ended.signal,
    new AbortController().signal,
  );
  setTimeout(() => during?.(), 150);
  setTimeout(() => ended.abort(), 400);
  const found = await asking;
  await ballot.close();
  return found;
}

describe('askThroughout', () => {
  it('repeats a request unchanged until it is answered, so that what counts counts once', async () => {
    const ballot = new Ballot((request) => (request === 2 ? 'before' : request === 3 ? 'after' : undefined));
    expect(await ask(ballot)).toMatchObject({ met: true, found: expect.stringMatching(/^grew by/) });
  });

  it('finds an acknowledged request that no longer counts', async () => {
    const ballot = new Ballot(() => undefined);
    const found = await ask(ballot, () => {
      ballot.lost = 1;
    });
    expect(found).toMatchObject({ met: false });
  });
});
