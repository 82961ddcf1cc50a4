import type { ApiService, WireProtocol } from '../api';
import { createJsonProtocol, jsonCodec } from './json-protocol';
import { createQueryProtocol } from './query-protocol';
import { createRestJsonProtocol } from './rest-json-protocol';
import { createS3Protocol } from './s3-protocol';
import type { Protocol, ResponseCodec, WireRequest } from './wire';

/** A service with its wire protocols ready to use. */
export interface ServedService {
  readonly service: ApiService;
  readonly protocols: readonly Protocol[];
}

/** Prepares a service's protocols once, when the endpoint starts. */
export function serveService(service: ApiService): ServedService {
  return { service, protocols: service.protocols.map(createProtocol) };
}

function createProtocol(protocol: WireProtocol): Protocol {
  switch (protocol.kind) {
    case 'json':
      return createJsonProtocol(protocol);
    case 'query':
      return createQueryProtocol(protocol);
    case 'rest-json':
      return createRestJsonProtocol(protocol);
    case 's3':
      return createS3Protocol();
    default:
      return protocol satisfies never;
  }
}

/** How to answer a request whose service or protocol is not known: in whatever it seems to speak. */
export function guessCodec(request: WireRequest): ResponseCodec {
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return createQueryProtocol({ kind: 'query', apiVersion: '', xmlNamespace: '' }).codec(request, undefined);
  return jsonCodec(contentType.startsWith('application/x-amz-json') ? contentType : 'application/json');
}
