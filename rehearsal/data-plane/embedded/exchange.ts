import http from 'node:http';
import type { Address } from '../plan/model';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** How one try at an endpoint ended, before any byte of an answer went downstream. */
export type TryResult =
  | { readonly kind: 'response'; readonly response: http.IncomingMessage }
  | { readonly kind: 'connect-failure' | 'reset' | 'timeout'; readonly message: string };

/** One request to be sent upstream. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  readonly body: NodeJS.ReadableStream | Buffer;
}

/** Headers without those that belong to one connection, as a flat list. */
export function endToEndHeaders(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, raw[i + 1] ?? '');
  }
  return kept;
}

/** Sends a request and resolves with its answer's beginning, or with why there is none. Never rejects. */
export function tryOnce(
  agent: http.Agent,
  address: Address,
  outgoing: Outgoing,
  limits: { readonly millis: number; readonly signal: AbortSignal },
): Promise<TryResult> {
  return new Promise((resolve) => {
    const { method, url, headers, body } = outgoing;
    const request = http.request({ ...address, method, path: url, headers: [...headers], agent });
    let connected = false;
    const timer =
      limits.millis > 0
        ? setTimeout(() => {
            resolve({ kind: 'timeout', message: 'upstream request timeout' });
            request.destroy();
          }, limits.millis)
        : undefined;
    const abort = (): void => void request.destroy();
    limits.signal.addEventListener('abort', abort, { once: true });
    request.on('socket', (socket) => {
      connected = !socket.connecting;
      if (connected) return;
      socket.once('connect', () => {
        connected = true;
      });
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      resolve({ kind: 'response', response });
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: connected ? 'reset' : 'connect-failure', message: error.message });
    });
    request.on('close', () => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', abort);
    });
    if (Buffer.isBuffer(body)) request.end(body);
    else body.pipe(request);
  });
}

/** Writes an answer of the proxy's own making. */
export function localAnswer(
  response: http.ServerResponse,
  status: number,
  text: string,
  headers: readonly string[] = [],
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, [
    ...headers,
    'content-type',
    'text/plain',
    'content-length',
    String(Buffer.byteLength(text)),
  ]);
  response.end(text);
}
