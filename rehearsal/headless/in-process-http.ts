import type { IncomingHttpHeaders } from 'node:http';
import { Readable, Writable } from 'node:stream';
import type { Dispatched } from '../aws/server/dispatcher';
import type { WireRequest, WireResponse } from '../aws/server/wire';

/** Carries a request to the local endpoint; the virtual time that this takes is its own affair. */
export type Carry = (request: WireRequest) => Promise<Dispatched>;

interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
}

type Answered = (response: Readable) => void;

/** Stands for a connected socket: clients set times on it and wait for its connection. */
const CONNECTED = {
  connecting: false,
  setKeepAlive: () => undefined,
  setTimeout: () => undefined,
  removeListener: () => undefined,
  destroy: () => undefined,
};

/** A `request` of `node:http` whose requests never leave the process. */
export function createRequest(carry: Carry): (options: RequestOptions, answered: Answered) => Writable {
  return (options, answered) => new InProcessRequest(options, answered, carry);
}

class InProcessRequest extends Writable {
  readonly socket = CONNECTED;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly options: RequestOptions,
    private readonly answered: Answered,
    private readonly carry: Carry,
  ) {
    // Written to its end, it still waits for its answer.
    super({ autoDestroy: false });
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    void this.send();
  }

  private async send(): Promise<void> {
    const url = new URL(this.options.path ?? '/', 'http://127.0.0.1');
    const dispatched = await this.carry({
      method: this.options.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: lowerCased(this.options.headers ?? {}),
      body: Buffer.concat(this.chunks).toString('utf8'),
    });
    if (this.destroyed) {
      return;
    }
    if (dispatched.kind === 'hang-up') {
      this.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    } else {
      this.answered(responseOf(dispatched.response));
    }
  }
}

function lowerCased(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function responseOf({ status, headers, body }: WireResponse): Readable {
  const readable = new Readable({ read: () => undefined });
  readable.push(typeof body === 'string' ? Buffer.from(body) : body);
  readable.push(null);
  return Object.assign(readable, { statusCode: status, statusMessage: '', headers });
}
