/** Asks the backend that a path names, in that backend's protocol. */
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';

const LIMIT_MILLIS = 5000;
const sessions = new Map();

const endpointOf = (name) => (process.env[`${name.toUpperCase()}_ENDPOINT`] ?? '').split(':');

/** One session per backend, opened again when it has ended. */
function sessionTo(name) {
  const known = sessions.get(name);
  if (known !== undefined && !known.closed && !known.destroyed) return known;
  const session = connectHttp2(`http://${endpointOf(name).join(':')}`);
  session.on('error', () => session.destroy());
  sessions.set(name, session);
  return session;
}

/** Status and trailers of an HTTP/2 request. */
function ask(name, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = sessionTo(name).request(headers);
    const found = { status: 0, trailers: {} };
    stream.on('response', (answer) => {
      found.status = answer[':status'];
      found.trailers = answer;
    });
    stream.on('trailers', (trailers) => {
      found.trailers = trailers;
    });
    stream.on('end', () => resolve(found));
    stream.on('error', reject);
    stream.setTimeout(LIMIT_MILLIS, () => stream.destroy(new Error('no answer')));
    stream.resume();
    stream.end(body);
  });
}

/** What a fresh connection says first. */
function listen(name) {
  const [host, port] = endpointOf(name);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host, port: Number(port) });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.setTimeout(LIMIT_MILLIS, () => socket.destroy(new Error('no answer')));
  });
}

const CALL = {
  ':method': 'POST',
  ':path': '/prices.Prices/Get',
  'content-type': 'application/grpc',
  te: 'trailers',
};

const ROUTES = {
  '/notes': async () => (await ask('notes', { ':path': '/' })).status === 200,
  '/prices': async () => {
    const { status, trailers } = await ask('prices', CALL, Buffer.alloc(5));
    return status === 200 && trailers['grpc-status'] === '0';
  },
  '/counter': async () => (await listen('counter')).startsWith('count '),
};

const server = createServer(async (request, response) => {
  request.resume();
  const route = ROUTES[request.url];
  const isGood = route === undefined || (await route().catch(() => false));
  response.writeHead(isGood ? 200 : 502).end();
});

// Longer than the proxy before it keeps an idle connection.
server.keepAliveTimeout = 620_000;
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
