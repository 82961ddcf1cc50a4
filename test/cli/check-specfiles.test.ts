import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderFileProblem } from '../../documents/file-problem';
import { checkServiceFolder } from '../../documents/service-documents';
import { bundleCheck } from '../../lib/bundling/bundle-functions';

const ROOT = join(__dirname, '../..');
const BUNDLE = join(ROOT, 'dist/check/check-specfiles/index.js');

let folder: string;

beforeAll(async () => {
  await bundleCheck(ROOT);
}, 60_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  cpSync(join(ROOT, 'microservices/yelb-appserver/specfiles'), join(folder, 'specfiles'), {
    recursive: true,
  });
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the bundle as the pipeline does, away from this repository. */
function check(facts: Record<string, string> = {}) {
  return spawnSync(process.execPath, [BUNDLE, folder], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SERVICE_PROTOCOL: 'http', SERVICE_HAS_VOLUME: 'false', ...facts },
  });
}

describe('the check of a pipeline', () => {
  it('lets a sample service through', () => {
    expect(check()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('valid: ') });
  });

  it('fails with every problem, in the words of canary validate', () => {
    writeFileSync(join(folder, 'specfiles/deploy.json'), '{ "percent_step": 0, "wait": 5 }\n');
    rmSync(join(folder, 'Dockerfile'));
    const { status, stdout, stderr } = check();

    expect(status).toBe(2);
    expect(stdout.trimEnd().split('\n')).toEqual(checkServiceFolder(folder).map(renderFileProblem));
    expect(stderr).toBe('3 problems; nothing was built\n');
  });

  it('fails with one sentence when there are no specfiles', () => {
    rmSync(join(folder, 'specfiles'), { recursive: true });
    const { status, stdout, stderr } = check();

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^this commit has no folder specfiles\/, so .*\n$/);
  });

  it('fails when the files do not fit the service, before anything is built', () => {
    writeFileSync(
      join(folder, 'specfiles/deploy.json'),
      '{ "health": { "checks": [{ "type": "latency", "quantile": "p99", "max_millis": 100 }] } }\n',
    );

    expect(check()).toMatchObject({ status: 0 });
    expect(check({ SERVICE_PROTOCOL: 'tcp' })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining(
        'specfiles/deploy.json: health.checks[0]: got "latency"; allowed: no latency',
      ),
    });
  });

  it('is small enough to be fetched in a moment', async () => {
    const { bundles } = await bundleCheck(ROOT);

    expect(bundles).toHaveLength(1);
    expect(bundles[0]?.bytes).toBeLessThan(300_000);
  });
});
