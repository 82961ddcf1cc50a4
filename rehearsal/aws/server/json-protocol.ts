import type { ApiError, WireProtocol } from '../api';
import {
  type Protocol,
  parseJsonObject,
  type ResponseCodec,
  toAwsJson,
  type WireRequest,
  type WireResponse,
} from './wire';

/** Writes AWS JSON answers; `contentType` is what the protocol version calls its bodies. */
export function jsonCodec(contentType: string): ResponseCodec {
  const answer = (status: number, requestId: string, body: string, extra = {}): WireResponse => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...extra },
    body,
  });
  return {
    success: (output, requestId) => answer(200, requestId, toAwsJson(output)),
    failure: (error, requestId) =>
      answer(error.status, requestId, toAwsJson(errorBody(error)), { 'x-amzn-errortype': error.code }),
  };
}

/** Clients differ in the spelling they read; AWS itself sends both over its services. */
function errorBody(error: ApiError): Record<string, unknown> {
  return { ...error.members, __type: error.code, message: error.message, Message: error.message };
}

/** AWS JSON 1.0 and 1.1: the operation stands in `X-Amz-Target`. */
export function createJsonProtocol(protocol: Extract<WireProtocol, { kind: 'json' }>): Protocol {
  const prefix = `${protocol.targetPrefix}.`;
  return {
    accepts: (request) => target(request).startsWith(prefix),
    decode: (request) => ({
      operation: target(request).slice(prefix.length),
      input: parseJsonObject(request.body),
    }),
    codec: () => jsonCodec(`application/x-amz-json-${protocol.version}`),
  };
}

function target(request: WireRequest): string {
  const value = request.headers['x-amz-target'];
  return typeof value === 'string' ? value : '';
}
