import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError } from '../api';

/** Largest request body that is read, compressed or not, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

const gunzipAsync = promisify(gunzip);

/**
 * Reads a request's body as UTF-8. The CloudWatch clients compress large requests, so gzip is undone.
 * @throws ApiError `RequestEntityTooLarge` (413) above `MAX_BODY_BYTES`, `SerializationException` for broken gzip.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const raw = await collect(request, MAX_BODY_BYTES);
  return request.headers['content-encoding'] === 'gzip' ? inflate(raw) : raw.toString('utf8');
}

/** Largest object that may be uploaded, in bytes. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/**
 * Reads the body of a request to S3, which is no text.
 * @throws ApiError `RequestEntityTooLarge` (413) above 64 MiB.
 */
export function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  return collect(request, MAX_OBJECT_BYTES);
}

/** Leaves the socket open when the body is too large, so that the refusal can still be written. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(tooLarge(limit));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client closed the connection')));
  });
}

async function inflate(raw: Buffer): Promise<string> {
  try {
    return (await gunzipAsync(raw, { maxOutputLength: MAX_BODY_BYTES })).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(MAX_BODY_BYTES);
    throw new ApiError('SerializationException', `request body is not gzip: ${(error as Error).message}`);
  }
}

function tooLarge(limit: number): ApiError {
  return new ApiError(
    'RequestEntityTooLarge',
    `request body is larger than ${limit} bytes; send smaller requests`,
    413,
  );
}
