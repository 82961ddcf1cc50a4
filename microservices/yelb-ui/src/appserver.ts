import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Settings } from './settings';

/** A request on its way to the API, body included, so that it can be sent again. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The way to the API: connections are kept and used again. */
export interface Appserver {
  /** Resolves with the response as it comes, whatever its status. Rejects when there is no response. */
  send(request: ApiRequest): Promise<IncomingMessage>;
  close(): void;
}

const TIMEOUT_MILLIS = 35_000;

/** Headers that belong to one connection only (RFC 9110, 7.6.1) and must not travel on. */
export const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Opens the way to the API. */
export function createAppserver(settings: Settings): Appserver {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: TIMEOUT_MILLIS });
  return {
    send: (request) => sendOnce(settings, agent, request, true),
    close: () => agent.destroy(),
  };
}

function sendOnce(
  settings: Settings,
  agent: Agent,
  request: ApiRequest,
  mayRepeat: boolean,
): Promise<IncomingMessage> {
  const { host, port } = settings.appserver;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host,
        port,
        agent,
        method: request.method,
        path: request.path,
        headers: outgoingHeaders(request, `${host}:${port}`),
        timeout: TIMEOUT_MILLIS,
      },
      resolve,
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MILLIS / 1000} s`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The other side closed a kept connection just as it was used again. Repeating is safe: reads are, and
      // votes carry a key that counts once.
      const wasStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (mayRepeat && wasStale) resolve(sendOnce(settings, agent, request, false));
      else reject(error);
    });
    outgoing.end(request.body);
  });
}

function outgoingHeaders(request: ApiRequest, host: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  }
  headers.host = host;
  headers['content-length'] = String(request.body.length);
  return headers;
}
