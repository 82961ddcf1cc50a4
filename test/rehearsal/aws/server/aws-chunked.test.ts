import { decodeAwsChunked } from '../../../../rehearsal/aws/server/aws-chunked';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('decodeAwsChunked', () => {
  it('joins chunks, signed or not, and drops the trailer', () => {
    const body = '5\r\nhello\r\n6;chunk-signature=abc\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n';
    expect(Buffer.from(decodeAwsChunked(bytes(body))).toString()).toBe('hello world');
  });

  it('fails for a body that ends within a chunk', () => {
    expect(() => decodeAwsChunked(bytes('a\r\nhello'))).toThrow(/ends within a chunk/);
  });
});
