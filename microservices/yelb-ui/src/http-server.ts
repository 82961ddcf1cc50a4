import { createServer, type Server } from 'node:http';
import type { Appserver } from './appserver';
import { handle } from './handler';
import type { Settings } from './settings';

/**
 * Longer than any proxy in front keeps an idle connection: were it shorter, the proxy could send a request
 * just as this end closes, and its caller would see an error.
 */
const KEEP_ALIVE_MILLIS = 3_700_000;

/** The HTTP server. It does not listen yet. */
export function createUiServer(
  settings: Settings,
  appserver: Appserver,
  log: (message: string) => void,
): Server {
  const server = createServer((request, response) => {
    // Draining: tell the caller not to use this connection again.
    if (!server.listening) response.setHeader('connection', 'close');
    handle(settings, appserver, request, response).catch((error: Error) => {
      log(`${request.method} ${request.url}: ${error.message}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
  server.headersTimeout = 30_000;
  return server;
}
