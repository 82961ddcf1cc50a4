import type http from 'node:http';
import { pipeline } from 'node:stream';
import type { Address, RetryRule } from '../plan/model';
import { endToEndHeaders, localAnswer, type Outgoing, type TryResult, tryOnce } from './exchange';

/** Longest request body that is kept so that it can be sent again. */
const REPLAY_LIMIT = 1024 * 1024;

/** Where and how to forward one request. */
export interface ForwardRule {
  readonly agent: http.Agent;
  /** Next endpoint, given those tried already; undefined when there is none. */
  readonly pick: (tried: ReadonlySet<Address>) => Address | undefined;
  /** Whole request; 0 means no limit. */
  readonly timeoutMillis: number;
  readonly retry?: RetryRule;
  readonly url: string;
  /** Replaces the `Host` header. */
  readonly host?: string;
  /** Headers added to whatever answer goes downstream, as a flat list. */
  readonly addHeaders: readonly string[];
  readonly onConnectFailure: () => void;
}

function requestHeaders(request: http.IncomingMessage, host: string | undefined): string[] {
  const headers = endToEndHeaders(request.rawHeaders);
  if (host === undefined) return headers;
  const kept: string[] = ['host', host];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() !== 'host') kept.push(headers[i] ?? '', headers[i + 1] ?? '');
  }
  return kept;
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > REPLAY_LIMIT) return undefined;
  }
  return Buffer.concat(parts);
}

function isRetriable(result: TryResult, on: readonly string[]): boolean {
  const any = (...words: string[]): boolean => words.some((word) => on.includes(word));
  if (result.kind === 'connect-failure') return any('5xx', 'gateway-error', 'reset', 'connect-failure');
  if (result.kind !== 'response') return any('5xx', 'gateway-error', 'reset');
  const status = result.response.statusCode ?? 0;
  if (status === 409) return any('retriable-4xx');
  return (status >= 500 && any('5xx')) || (status >= 502 && status <= 504 && any('gateway-error'));
}

async function tryAll(rule: ForwardRule, outgoing: Outgoing, signal: AbortSignal): Promise<TryResult> {
  const tried = new Set<Address>();
  const end = performance.now() + rule.timeoutMillis;
  for (let attempt = 0; ; attempt++) {
    const address = rule.pick(tried);
    if (address === undefined) return { kind: 'reset', message: 'no healthy upstream' };
    tried.add(address);
    const left = rule.timeoutMillis > 0 ? Math.max(1, end - performance.now()) : 0;
    const perTry = rule.retry?.perTryMillis ?? 0;
    const millis = perTry > 0 && (left === 0 || perTry < left) ? perTry : left;
    const result = await tryOnce(rule.agent, address, outgoing, { millis, signal });
    if (result.kind === 'connect-failure') rule.onConnectFailure();
    const overdue = rule.timeoutMillis > 0 && performance.now() >= end;
    const last = attempt >= (rule.retry?.maxRetries ?? 0) || signal.aborted || overdue;
    if (last || !isRetriable(result, rule.retry?.on ?? [])) return result;
    if (result.kind === 'response') result.response.resume();
  }
}

function passOn(result: TryResult, response: http.ServerResponse, addHeaders: readonly string[]): void {
  if (result.kind !== 'response') {
    localAnswer(response, result.kind === 'timeout' ? 504 : 503, result.message, addHeaders);
    return;
  }
  const upstream = result.response;
  response.writeHead(upstream.statusCode ?? 502, [...endToEndHeaders(upstream.rawHeaders), ...addHeaders]);
  pipeline(upstream, response, () => undefined);
}

/** Forwards a request and answers it in any case; resolves when the answer's beginning was written. */
export async function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  rule: ForwardRule,
): Promise<void> {
  const hangup = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) hangup.abort();
  });
  const body = rule.retry === undefined ? request : await readBody(request);
  if (body === undefined) {
    localAnswer(response, 413, 'request body is too large to be sent again', rule.addHeaders);
    return;
  }
  const outgoing: Outgoing = {
    method: request.method ?? 'GET',
    url: rule.url,
    headers: requestHeaders(request, rule.host),
    body,
  };
  passOn(await tryAll(rule, outgoing, hangup.signal), response, rule.addHeaders);
}
