import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../api';

/** A request as it came over the wire, its body complete and decompressed. */
export interface WireRequest {
  readonly method: string;
  /** Path without the query string, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came, for services whose bodies are no text. */
  readonly bytes?: Uint8Array;
}

/** What goes back over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Writes answers in the protocol that the request used. */
export interface ResponseCodec {
  success(output: unknown, requestId: string): WireResponse;
  failure(error: ApiError, requestId: string): WireResponse;
}

/** A request understood: which operation, with what, and how to answer. */
export interface DecodedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** One wire protocol of one service. */
export interface Protocol {
  /** Whether the request is written in this protocol. */
  accepts(request: WireRequest): boolean;
  /** @throws ApiError when the request cannot be read. */
  decode(request: WireRequest): DecodedCall;
  /** The codec for this request; `operation` is undefined when decoding failed. */
  codec(request: WireRequest, operation: string | undefined): ResponseCodec;
}

/**
 * Parses a JSON object; an empty body is an empty object.
 * @throws ApiError `SerializationException`.
 */
export function parseJsonObject(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new ApiError('SerializationException', `request body is not JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ApiError('SerializationException', 'request body is not a JSON object');
  return parsed as Record<string, unknown>;
}

/** Writes a response as the AWS JSON protocols do: `Date` as epoch seconds, `Map` as an object, bytes as base64. */
export function toAwsJson(value: unknown): string {
  return JSON.stringify(plain(value ?? {}));
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
