import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import createDynalite from 'dynalite';
import { ApiError } from '../../api';

/** dynalite in this process, in memory, reached over the loopback address. */
export interface DynaliteClient {
  /**
   * One DynamoDB call.
   * @throws ApiError with dynalite's own code, message and further members.
   */
  call(operation: string, input: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts dynalite on a free port. Tables change at once: the rehearsal's time is virtual, dynalite's is not. */
export async function startDynalite(): Promise<DynaliteClient> {
  const server = createDynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    call: async (operation, input) => {
      const { status, body } = await post(port, agent, operation, JSON.stringify(input));
      if (status === 200) return body;
      throw asError(status, body);
    },
    close: () =>
      new Promise((resolve, reject) => {
        agent.destroy();
        server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** dynalite wants to see a signature; it checks its form only, and the endpoint has authorized the call already. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=rehearsal/0/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '0',
};

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

function post(port: number, agent: Agent, operation: string, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...HEADERS,
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'content-length': Buffer.byteLength(body),
    };
    const call = request({ host: '127.0.0.1', port, agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

function asError(status: number, body: Record<string, unknown>): ApiError {
  const { __type, message, Message, ...members } = body;
  const type = String(__type ?? 'InternalServerError');
  return new ApiError(type.slice(type.indexOf('#') + 1), String(message ?? Message ?? ''), status, members);
}
