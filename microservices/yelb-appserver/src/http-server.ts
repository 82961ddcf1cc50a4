import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Reply } from './api';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Idempotency-Key',
  'access-control-max-age': '600',
};

/**
 * Longer than any proxy in front keeps an idle connection: were it shorter, the proxy could send a request
 * just as this end closes, and its caller would see an error.
 */
const KEEP_ALIVE_MILLIS = 3_700_000;

/** An HTTP server that sends every reply as JSON. It does not listen yet. */
export function createJsonServer(answer: (request: IncomingMessage) => Promise<Reply>): Server {
  const server = createServer((request, response) => {
    request.resume();
    answer(request).then(
      (reply) => send(server, request, response, reply),
      () => send(server, request, response, { status: 500, body: { error: 'internal error' } }),
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
  server.headersTimeout = 30_000;
  return server;
}

function send(server: Server, request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const isEmpty = reply.body === undefined || reply.status === 204 || reply.status === 304;
  const text = isEmpty ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...CORS,
    'cache-control': 'no-store',
    ...(isEmpty
      ? {}
      : { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }),
    ...reply.headers,
    // Draining: tell the caller not to use this connection again.
    ...(server.listening ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
