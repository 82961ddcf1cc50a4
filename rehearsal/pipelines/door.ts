import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../functions/package-root';

/** What somebody asks at the door. */
export interface DoorRequest {
  /** `push`, or the name of a stand-in. */
  readonly kind: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly stdin: string;
  /** The build that asks; null for a Git hook. */
  readonly build: string | null;
}

/** How it is answered: lines while it goes on, and an exit code in the end. */
export interface DoorAnswer {
  say(line: string): void;
  complain(line: string): void;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** The way in for Git hooks and stand-ins: loopback only, behind a path that cannot be guessed. */
export interface Door {
  /** Folder with a program for each stand-in, for a build's PATH. */
  readonly standInDir: string;
  /** A shell command that asks the door; arguments are added to it. */
  command(kind: string): string;
  close(): Promise<void>;
}

/** Far more than any push or command line has. */
const MAX_BODY = 4 * 1024 * 1024;

/** Opens the door. Programs that stand in for `names` are written to a folder of `workDir`. */
export async function openDoor(options: {
  readonly workDir: string;
  readonly standIns: readonly string[];
  readonly answer: (request: DoorRequest, answer: DoorAnswer) => Promise<number>;
}): Promise<Door> {
  const path = `/${randomBytes(24).toString('hex')}`;
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== 'POST' || isOfBrowser(request)) {
      response.writeHead(404).end();
      return;
    }
    void serve(request, response, options.answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const client = join(packageRoot(), 'rehearsal/pipelines/door-client.js');
  const command = (kind: string): string =>
    [process.execPath, client, address, kind].map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  return {
    standInDir: writeStandIns(options.workDir, options.standIns, command),
    command,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A browser says where a request comes from; hooks and stand-ins say nothing, and name the address that they were given. */
function isOfBrowser({ headers, socket }: IncomingMessage): boolean {
  return (
    headers.origin !== undefined ||
    headers['sec-fetch-site'] !== undefined ||
    headers.host !== `127.0.0.1:${socket.localPort}`
  );
}

function writeStandIns(workDir: string, names: readonly string[], command: (kind: string) => string): string {
  const dir = join(workDir, 'stand-ins');
  mkdirSync(dir, { recursive: true });
  for (const name of names) {
    const file = join(dir, name);
    writeFileSync(file, `#!/bin/sh\nexec ${command(name)} "$@"\n`);
    chmodSync(file, 0o700);
  }
  return dir;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Parameters<typeof openDoor>[0]['answer'],
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const write = (value: unknown): void => {
    if (!gone.signal.aborted) {
      response.write(`${JSON.stringify(value)}\n`);
    }
  };
  try {
    const asked = JSON.parse(await bodyOf(request)) as DoorRequest;
    const exitCode = await answer(asked, {
      say: (line) => write({ line }),
      complain: (line) => write({ line, isError: true }),
      signal: gone.signal,
    });
    write({ exitCode });
  } catch (error) {
    write({ line: error instanceof Error ? error.message : String(error), isError: true });
    write({ exitCode: 1 });
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) {
      throw new Error(`the request is larger than ${MAX_BODY} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
