import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../rehearsal/report/schema';
import { ChildRehearsal, envoyOf, processesOf } from '../_helpers/child-rehearsal';

const SCENARIO = ['--scenario', 'scenarios/stopped-by-hand.yaml', '--speed', '60'];
const hasProc = existsSync('/proc/self/environ');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function outFolder(name: string): string {
  const out = join(folder, name);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'report.json'), 'an earlier report');
  return out;
}

const reportIn = (out: string): Report =>
  reportSchema.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));

describe('an interrupted rehearsal', () => {
  it.each([
    ['while the first versions start', 'rollout started'],
    ['in the middle of a shift', 'canary 0 % → 10 %'],
  ])(
    'ends everything it started %s, and leaves the earlier report',
    async (name, moment) => {
      const out = outFolder(name.replaceAll(' ', '-'));
      const rehearsal = new ChildRehearsal([...SCENARIO, '--out', out]);
      await rehearsal.says(moment);
      rehearsal.interrupt();

      expect(await rehearsal.exit()).toBe(130);
      expect(rehearsal.output.trim().split('\n').at(-1)).toBe(
        'interrupted: everything that was started has been ended',
      );
      expect(hasProc ? processesOf(out) : []).toEqual([]);
      expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe('an earlier report');
      expect(existsSync(join(out, 'work'))).toBe(false);
    },
    300_000,
  );
});

describe('a killed rehearsal', () => {
  it('leaves no process behind, proxy and database included', async () => {
    const out = outFolder('killed');
    const rehearsal = new ChildRehearsal([...SCENARIO, '--out', out]);
    await rehearsal.says('canary 0 % → 10 %');
    expect(hasProc ? processesOf(out).length : 1).toBeGreaterThan(0);
    rehearsal.kill();
    await rehearsal.exit();

    // The guards need a moment to see that it is gone.
    for (let look = 0; look < 50 && hasProc && processesOf(out).length > 0; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(hasProc ? processesOf(out) : []).toEqual([]);
  }, 300_000);
});

describe('a rehearsal whose Envoy is killed', () => {
  const whereProc = hasProc ? it : it.skip;

  whereProc(
    'says so and goes on; when that happens again and again it ends with what to do, and leaves nothing (D6)',
    async () => {
      const out = outFolder('killed-envoy');
      const rehearsal = new ChildRehearsal([...SCENARIO, '--data-plane', 'envoy', '--out', out]);
      await rehearsal.says('canary 0 % → 10 %');
      for (let death = 1; death <= 4; death += 1) {
        process.kill(envoyOf(out) ?? Number.NaN, 'SIGKILL');
        const told = new RegExp(`(?:was started again[^]*){${death}}|4 times`);
        while (!told.test(rehearsal.output)) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }

      expect(await rehearsal.exit()).toBe(1);
      expect(rehearsal.output).toMatch(/envoy ended by itself 4 times within 60 s.*--data-plane embedded/);
      expect(processesOf(out)).toEqual([]);
      expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe('an earlier report');
    },
    300_000,
  );
});

describe('a rehearsal that cannot run', () => {
  it('fails with a sentence when the Envoy that was asked for does not run', async () => {
    const out = outFolder('no-envoy');
    const options = [...SCENARIO, '--data-plane', 'envoy', '--out', out];
    const rehearsal = new ChildRehearsal(options, { ECS_CANARY_ENVOY: '/bin/false' });

    expect(await rehearsal.exit()).toBe(1);
    expect(rehearsal.output).toContain('envoy at "/bin/false" does not run here');
    expect(hasProc ? processesOf(out) : []).toEqual([]);
  }, 300_000);

  it('refuses to begin without git', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const rehearsal = new ChildRehearsal([...SCENARIO, '--out', outFolder('no-git')], { PATH: bin });

    expect(await rehearsal.exit()).toBe(2);
    expect(rehearsal.output).toContain('git is not installed, or not in PATH');
  }, 300_000);
});

const SERVER = `import os, signal, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STATUS = 200

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(STATUS)
        self.send_header("content-length", "3")
        self.end_headers()
        self.wfile.write(b"ok\\n")
    def log_message(self, *args):
        pass

signal.signal(signal.SIGTERM, lambda *args: sys.exit(0))
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`;

/** A repository as somebody else might have it; its branch names tell what each commit is. */
function ownRepository(): string {
  const dir = join(folder, 'orders');
  mkdirSync(join(dir, 'specfiles'), { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.com', ...args], {
      cwd: dir,
    });
  const commit = (branch: string, server: string) => {
    writeFileSync(join(dir, 'server.py'), server);
    git('checkout', '--quiet', '-B', branch);
    git('add', '--all');
    git('commit', '--quiet', '--message', branch);
  };
  const deploy = { steps: [50], bake_time: 60, health: { interval: 30, min_requests: 5 } };
  git('init', '--quiet');
  writeFileSync(join(dir, 'specfiles/deploy.json'), JSON.stringify(deploy));
  writeFileSync(join(dir, 'specfiles/taskdef.json'), '{}');
  writeFileSync(
    join(dir, 'Dockerfile'),
    'FROM python:3.12-slim\nCOPY server.py /app/\nEXPOSE 8000\nCMD ["python3", "/app/server.py"]\n',
  );
  commit('stable', SERVER);
  commit('bad', SERVER.replace('STATUS = 200', 'STATUS = 500'));
  commit('good', SERVER.replace('b"ok', 'b"OK'));
  return dir;
}

describe('a release of one’s own service', () => {
  let repository: string;

  beforeAll(() => {
    repository = ownRepository();
  });

  const rehearse = (to: string, env: NodeJS.ProcessEnv = {}) => {
    const out = outFolder(to);
    const options = ['--service', repository, '--from', 'stable', '--to', to, '--speed', '60', '--out', out];
    return { out, exited: new ChildRehearsal([...options, '--json'], env).exit() };
  };

  it('is promoted when it is good and rolled back when it is bad, and says so with its exit code', async () => {
    const [good, bad] = [rehearse('good', { ECS_CANARY_ENVOY: '/bin/false' }), rehearse('bad')];

    expect(await good.exited).toBe(0);
    expect(reportIn(good.out).rollouts.map(({ outcome }) => outcome)).toEqual(['Promoted', 'Promoted']);
    // Without an Envoy that runs, the embedded proxy takes its place and the report says so.
    expect(reportIn(good.out).dataPlane).toBe('embedded');

    expect(await bad.exited).toBe(1);
    const report = reportIn(bad.out);
    expect(report.rollouts.map(({ outcome }) => outcome)).toEqual(['Promoted', 'RolledBack']);
    expect(report.expectations.filter(({ met }) => !met)).toMatchObject([
      { text: expect.stringMatching(/ends Promoted$/), found: expect.stringContaining('success_rate') },
    ]);
    expect([...report.calls.denied]).toEqual([]);
  }, 300_000);
});
