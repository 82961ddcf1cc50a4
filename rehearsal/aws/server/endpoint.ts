import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiFault, Authorizer, CallRecord, RehearsalClock } from '../../contracts';
import { ApiError, type ApiService } from '../api';
import type { RateLimit } from '../limits/rate-limit';
import { RateLimiter } from '../limits/rate-limiter';
import { readBody, readBytes } from './body';
import { type Dispatched, Dispatcher } from './dispatcher';
import { FaultBook } from './faults';
import { refuseBrowsers } from './gate';
import { jsonCodec } from './json-protocol';
import type { PrincipalRegistry } from './principals';
import { serveService } from './protocols';
import type { WireRequest, WireResponse } from './wire';

/** What a local AWS endpoint is made of. */
export interface AwsEndpointOptions {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly account: string;
  readonly services: readonly ApiService[];
  /** Asked for every call but the operator's. */
  readonly authorize: Authorizer;
  /** Says which access key is which role. */
  readonly principals: PrincipalRegistry;
  /** Faults that wait from the start. */
  readonly faults?: readonly ApiFault[];
  /** Rates above which calls are throttled; each has one bucket for all callers. @default none */
  readonly limits?: readonly RateLimit[];
  /** Told of every call once it has ended. Requests that name no operation of the rehearsal are not calls. */
  readonly onCall?: (call: CallRecord) => void;
  /** @default 0, a free port that the system chooses */
  readonly port?: number;
}

/** A running local AWS endpoint. */
export interface AwsEndpoint {
  /** Such as `http://127.0.0.1:4566`: the value of `--endpoint-url`. */
  readonly url: string;
  /** @throws RangeError when `times` is not a whole number above 0. */
  addFault(fault: ApiFault): void;
  clearFaults(): void;
  /** Answers a request of this process as one that came through the port. Never rejects. */
  dispatch(request: WireRequest): Promise<Dispatched>;
  /** Breaks what connections are left and frees the port. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts one HTTP port on the loopback address that answers like AWS does for the given services.
 * A request's service and caller come from its SigV4 credential scope. Signatures are not verified and dates not
 * compared (time is virtual): the port is open to every program of this machine, but not to web pages.
 * @throws Error when the port cannot be had, or two services claim one signing name.
 */
export async function createAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const faults = new FaultBook();
  for (const fault of options.faults ?? []) faults.add(fault);
  const dispatcher = new Dispatcher({
    ...options,
    services: bySigningName(options.services),
    faults,
    ...(options.limits === undefined
      ? {}
      : { limiter: new RateLimiter(options.limits, () => options.clock.now()) }),
    record: (call) => options.onCall?.(call),
  });
  const server = createServer((request, response) => void handle(dispatcher, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    dispatch: (request) => dispatcher.dispatch(request),
    close: () => closeServer(server),
  };
}

/** Longer than the idle time of any AWS client, so that none writes into a socket that is being closed. */
const KEEP_ALIVE_MILLIS = 120_000;

function bySigningName(services: readonly ApiService[]) {
  const served = new Map(services.map((service) => [service.signingName, serveService(service)]));
  if (served.size === services.length) return served;
  throw new Error(
    `two services have one signing name: ${services.map(({ signingName }) => signingName).join(', ')}; give each its own`,
  );
}

async function handle(
  dispatcher: Dispatcher,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    refuseBrowsers(request.headers);
    const content = isForS3(request)
      ? { body: '', bytes: await readBytes(request) }
      : { body: await readBody(request) };
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const dispatched = await dispatcher.dispatch({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      ...content,
    });
    if (dispatched.kind === 'hang-up') request.socket.destroy();
    else write(response, dispatched.response);
  } catch (error) {
    refuse(response, error);
  }
}

/** S3 takes and gives bytes; every other service text. */
function isForS3({ headers }: IncomingMessage): boolean {
  return headers.authorization?.includes('/s3/aws4_request') ?? false;
}

/** A refused request may be half read: its connection ends with the answer. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.socket?.destroyed !== false) return;
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError('BadRequestException', `unreadable request: ${error}`, 400);
  response.shouldKeepAlive = false;
  write(response, jsonCodec('application/json').failure(refusal, 'refused'));
}

function write(response: ServerResponse, { status, headers, body }: WireResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} is in use; choose another one or leave it out for a free one`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
