import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Door, type DoorRequest, openDoor } from '../../rehearsal/pipelines/door';
import { removeHooks, writeHooks } from '../../rehearsal/pipelines/hooks';
import { createRepository } from '../../rehearsal/repositories';

let workDir: string;
let door: Door;
let asked: DoorRequest[];

beforeEach(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'door-'));
  asked = [];
  door = await openDoor({
    workDir,
    standIns: ['docker'],
    answer: async (what) => {
      asked.push(what);
      return 0;
    },
  });
});

afterEach(async () => {
  await door.close();
  rmSync(workDir, { recursive: true, force: true });
});

/** The address that hooks and stand-ins are given. */
function address(): URL {
  return new URL(/http:\/\/[^']+/.exec(door.command('push'))?.[0] ?? '');
}

function ask(
  url: URL,
  headers: Record<string, string> = {},
  body = '{"kind":"push"}',
  method = 'POST',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the door of hooks and builds', () => {
  it('opens to who has its address', async () => {
    expect(await ask(address())).toBe(200);
    expect(asked).toHaveLength(1);
  });

  it('listens on loopback alone, behind a path that cannot be guessed', () => {
    const { hostname, pathname } = address();

    expect(hostname).toBe('127.0.0.1');
    expect(pathname).toMatch(/^\/[0-9a-f]{48}$/);
  });

  it.each([
    ['another path', '/', {}],
    ['a web page', null, { origin: 'https://evil.example' }],
    ['a browser', null, { 'sec-fetch-site': 'cross-site' }],
    ['a name that leads here by chance', null, { host: 'evil.example' }],
  ])('stays closed to %s', async (_what, path, headers) => {
    const url = address();
    expect(await ask(path === null ? url : new URL(path, url), headers as Record<string, string>)).toBe(404);
    expect(asked).toEqual([]);
  });

  it('stays closed to reading', async () => {
    expect(await ask(address(), {}, '', 'GET')).toBe(404);
  });

  it('takes no more than 4 MiB, and nothing that is no JSON', async () => {
    await ask(address(), {}, 'x'.repeat(5 * 1024 * 1024)).catch(() => undefined);
    await ask(address(), {}, 'rm -rf');

    expect(asked).toEqual([]);
  });

  it('lets nobody else read its address', async () => {
    expect(statSync(join(door.standInDir, 'docker')).mode & 0o077).toBe(0);
    const repository = await createRepository({ workDir, name: 'web' });
    writeHooks(repository, 'web', door);
    for (const hook of ['pre-receive', 'post-receive']) {
      expect(statSync(join(repository.dir, 'hooks', hook)).mode & 0o077).toBe(0);
    }
    removeHooks(repository);
  });

  it('hands on what it is told as an argument, never as a command', async () => {
    const script = readFileSync(join(door.standInDir, 'docker'), 'utf8');

    expect(script).toMatch(/^#!\/bin\/sh\nexec ('[^']*' ?){4} "\$@"\n$/);
  });
});
