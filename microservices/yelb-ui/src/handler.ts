import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { type Appserver, HOP_BY_HOP } from './appserver';
import { ASSETS, type Asset } from './assets';
import type { Settings } from './settings';

const MAX_BODY_BYTES = 64 * 1024;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page, passes `/api/` on to the API, and answers for this service's own health. */
export async function handle(
  settings: Settings,
  appserver: Appserver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path.startsWith('/api/')) return passOn(appserver, request, response);
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendJson(response, 405, { error: `"${path}" answers GET only` });
  }
  const asset = ASSETS[path];
  if (asset !== undefined) return sendAsset(request, response, asset);
  if (path === '/healthz/live') return sendJson(response, 200, { status: 'alive' });
  if (path === '/healthz') return checkAppserver(appserver, response);
  if (path === '/version') return sendJson(response, 200, { service: 'yelb-ui', version: settings.version });
  return sendJson(response, 404, { error: `no such path: "${path}"` });
}

async function passOn(
  appserver: Appserver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    return sendJson(response, 413, { error: `request body is above ${MAX_BODY_BYTES} bytes` });
  }
  let answer: IncomingMessage;
  try {
    answer = await appserver.send({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return sendJson(response, 502, { error: `the API could not be reached: ${reason}` });
  }
  response.writeHead(answer.statusCode ?? 502, passedHeaders(answer));
  // Errors from here on end both sides; the status line has been sent.
  pipeline(answer, response, () => {});
}

/** Headers as they came, in order and with repeats, but for those of the connection. */
function passedHeaders(answer: IncomingMessage): string[] {
  const passed: string[] = [];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) passed.push(name, answer.rawHeaders[index + 1] ?? '');
  }
  return passed;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

async function checkAppserver(appserver: Appserver, response: ServerResponse): Promise<void> {
  const reason = await appserver
    .send({ method: 'GET', path: '/healthz', headers: {}, body: Buffer.alloc(0) })
    .then((answer) => {
      answer.resume();
      return answer.statusCode === 200 ? 'ok' : `answered ${answer.statusCode}`;
    })
    .catch((error: Error) => error.message);
  const healthy = reason === 'ok';
  sendJson(response, healthy ? 200 : 503, {
    status: healthy ? 'healthy' : 'unhealthy',
    checks: { appserver: reason },
  });
}

function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const headers = { ...SECURITY_HEADERS, etag: asset.etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === asset.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': asset.type, 'content-length': asset.body.length });
  response.end(request.method === 'HEAD' ? undefined : asset.body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
