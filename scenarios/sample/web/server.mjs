/** Leads `/<backend>/<path>` to that backend, and answers everything else itself. */
import { Agent, createServer, request as send } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** `host:port` of a backend, as the platform gives it: `SHOP_ENDPOINT`. */
function addressOf(backend) {
  const [host, port] = (process.env[`${backend.toUpperCase().replaceAll('-', '_')}_ENDPOINT`] ?? '').split(
    ':',
  );
  return port === undefined ? undefined : { host, port: Number(port) };
}

const server = createServer((incoming, answer) => {
  const [, backend = '', path = ''] = /^\/([^/?]*)(.*)$/.exec(incoming.url) ?? [];
  const address = addressOf(backend);
  if (address === undefined) {
    incoming.resume();
    answer.end('this is web\n');
    return;
  }
  const options = {
    ...address,
    agent,
    method: incoming.method,
    path: path || '/',
    headers: { host: `${address.host}:${address.port}` },
  };
  const outgoing = send(options, (found) => {
    answer.writeHead(found.statusCode, found.headers);
    found.pipe(answer);
  });
  outgoing.on('error', () => answer.writeHead(502).end());
  incoming.pipe(outgoing);
});

// Longer than the proxy before it keeps an idle connection.
server.keepAliveTimeout = 620_000;
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
