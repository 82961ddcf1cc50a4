import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { boundedCopy } from './bounded';
import { LiveFeed } from './feed';
import { refusalOf } from './gate';
import { type LivePage, renderLivePage } from './page/render-live-page';
import type { DrawnState, LiveState } from './state';

/** What a live page shows, and where. */
export interface LiveServerOptions {
  /** The state at this moment; asked for only when a page listens or somebody reads `/state.json`. */
  readonly state: () => LiveState;
  readonly machine: readonly DrawnState[];
  /** Port on 127.0.0.1. @default one that is free */
  readonly port?: number;
  /** As for the feed: tests go through hours in seconds. */
  readonly leastGapMillis?: number;
}

/** A live page that is being served. */
export interface LiveServer {
  readonly url: string;
  /** Says that the state has changed; cheap, may be called at any pace. */
  changed(): void;
  /** Ends all connections and frees the port. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Serves the live page to this machine alone: `/` the page, `/state.json` the state, `/events` its changes as
 * server-sent events.
 *
 * @throws {Error} when the port is taken or may not be used.
 */
export async function startLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const page = await renderLivePage(options.machine);
  const { state, leastGapMillis } = options;
  const feed = new LiveFeed({ state, pageId: page.id, leastGapMillis });
  const server = createServer((request, response) => answer(request, response, { options, page, feed }));
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    feed.stop();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    changed: () => feed.changed(),
    stop: () => {
      stopping ??= close(server, feed);
      return stopping;
    },
  };
}

interface Served {
  readonly options: LiveServerOptions;
  readonly page: LivePage;
  readonly feed: LiveFeed;
}

/** Nobody may frame, sniff or embed what is answered; addresses of the page stay with it. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

function answer(request: IncomingMessage, response: ServerResponse, { options, page, feed }: Served): void {
  for (const [name, value] of Object.entries(HEADERS)) {
    response.setHeader(name, value);
  }
  const refusal = refusalOf(request, request.socket.localPort ?? 0);
  if (refusal !== null) {
    end(response, refusal.status, 'text/plain', `${refusal.text}\n`);
    return;
  }
  switch (request.url) {
    case '/':
      response.setHeader('content-security-policy', page.policy);
      end(response, 200, 'text/html', page.html);
      return;
    case '/state.json':
      end(response, 200, 'application/json', `${JSON.stringify(boundedCopy(options.state()), null, 2)}\n`);
      return;
    case '/events':
      if (request.method === 'HEAD') {
        end(response, 200, 'text/event-stream', '');
      } else if (!feed.connect(response)) {
        end(response, 503, 'text/plain', 'too many pages listen; close some of them\n');
      }
      return;
    default:
      end(response, 404, 'text/plain', 'not found; there are /, /state.json and /events\n');
  }
}

function end(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
      reject(
        new Error(`the live page cannot be served on port ${port}: ${why}; choose another port`, { cause }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server, feed: LiveFeed): Promise<void> {
  feed.stop();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
