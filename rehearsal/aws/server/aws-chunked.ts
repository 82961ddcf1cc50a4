import { ApiError } from '../api';

const LINE_END = Buffer.from('\r\n');

/**
 * The content of an `aws-chunked` body, as S3 clients send streams: `<size in hex>[;chunk-signature=…]`, the bytes,
 * and so on to a chunk of size 0. Checksums in the trailer are not compared.
 * @throws ApiError `IncompleteBody` for a chunk that ends too early.
 */
export function decodeAwsChunked(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_END, at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, end), 16);
    const from = end + LINE_END.length;
    if (Number.isNaN(size) || from + size > bytes.length) {
      throw new ApiError('IncompleteBody', 'the aws-chunked body ends within a chunk');
    }
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(from, from + size));
    at = from + size + LINE_END.length;
  }
}
