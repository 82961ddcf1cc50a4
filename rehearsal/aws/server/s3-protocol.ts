import { ApiError } from '../api';
import { decodeAwsChunked } from './aws-chunked';
import type { DecodedCall, Protocol, ResponseCodec, WireRequest, WireResponse } from './wire';
import { xmlElement, xmlMembers } from './xml';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** What an operation of S3 returns: an XML document's members, bytes, or headers alone. */
export interface S3Output {
  /** Root element of the answer's document, with its members as XML. */
  readonly document?: { readonly root: string; readonly xml: string };
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
}

/** Sub-resources of a bucket that are asked for, by method and the name in the query string. */
const BUCKET_QUERIES: readonly (readonly [method: string, query: string, operation: string])[] = [
  ['GET', 'location', 'GetBucketLocation'],
  ['GET', 'encryption', 'GetBucketEncryption'],
  ['GET', 'versioning', 'GetBucketVersioning'],
  ['GET', 'versions', 'ListObjectVersions'],
  ['GET', 'list-type', 'ListObjectsV2'],
  ['POST', 'delete', 'DeleteObjects'],
];

const BUCKET_METHODS: Readonly<Record<string, string>> = { HEAD: 'HeadBucket', DELETE: 'DeleteBucket' };
const OBJECT_METHODS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** S3's REST protocol, path style: bucket and key are the path, bodies are bytes, answers XML or bytes. */
export function createS3Protocol(): Protocol {
  return { accepts: () => true, decode, codec: () => CODEC };
}

function decode(request: WireRequest): DecodedCall {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/.exec(request.path) ?? [];
  const operation = operationOf(request, key);
  if (bucket === '' || operation === undefined) {
    throw new ApiError(
      'NotImplemented',
      `no operation of S3 at ${request.method} ${request.path}?${request.query} in the rehearsal; add it in rehearsal/aws/server/s3-protocol.ts`,
      501,
    );
  }
  return {
    operation,
    input: {
      ...Object.fromEntries(request.query),
      Bucket: decodeURIComponent(bucket),
      Key: decodeURIComponent(key),
      Body: bodyOf(request),
    },
  };
}

function operationOf({ method, query }: WireRequest, key: string): string | undefined {
  if (key !== '') return OBJECT_METHODS[method];
  const found = BUCKET_QUERIES.find(([verb, name]) => verb === method && query.has(name));
  return found?.[2] ?? BUCKET_METHODS[method];
}

function bodyOf({ headers, bytes = new Uint8Array() }: WireRequest): Uint8Array {
  const isChunked =
    headers['content-encoding']?.includes('aws-chunked') === true ||
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  return isChunked ? decodeAwsChunked(bytes) : bytes;
}

const CODEC: ResponseCodec = {
  success: (output, requestId) => render((output ?? {}) as S3Output, requestId),
  failure: (error, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: xmlElement(
      'Error',
      xmlMembers({ Code: error.code, Message: error.message, RequestId: requestId, ...error.members }),
    ),
  }),
};

function render({ document, bytes, headers = {}, status = 200 }: S3Output, requestId: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId, ...headers },
    body: document === undefined ? (bytes ?? '') : xmlElement(document.root, document.xml, NAMESPACE),
  };
}
