import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSynth } from '../../lib/run-synth';

const ROOT = join(__dirname, '../..');

let folder: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-'));
  told = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function synth(platformFile: string, checks: boolean): Promise<number> {
  const outdir = join(folder, 'out');
  return runSynth({ root: ROOT, platformFile, checks, outdir, tell: (text) => told.push(text) });
}

describe('runSynth', () => {
  it('refuses a bad platform.yaml with all its problems and writes nothing', async () => {
    const file = join(folder, 'platform.yaml');
    writeFileSync(file, 'environment: Demo\nnamespace: local\ningress: web\nservices: []\n');

    await expect(synth(file, true)).resolves.toBe(2);

    expect(told).toHaveLength(1);
    for (const path of ['environment', 'namespace', 'services']) {
      expect(told[0]).toMatch(new RegExp(`  ${file}:\\d+:1: ${path}: got `));
    }
    expect(readdirSync(folder)).toEqual(['platform.yaml']);
  });

  it('needs no account, credentials or region, and says once what to know of App Mesh and plain HTTP', async () => {
    const saved = { ...process.env };
    for (const name of Object.keys(process.env).filter((key) => /^(AWS|CDK)_/.test(key))) {
      delete process.env[name];
    }
    try {
      // That the whole platform has no finding without a reason is held by `tools/checks/synth-findings.ts`.
      await expect(synth(join(ROOT, 'platform.yaml'), false)).resolves.toBe(0);
    } finally {
      process.env = saved;
    }

    expect(existsSync(join(folder, 'out/cdk.context.json'))).toBe(false);

    expect(told).toEqual([
      expect.stringContaining('AWS retired App Mesh on 2026-09-30'),
      expect.stringContaining('no `load_balancer.certificate_arn`'),
    ]);
  }, 60_000);
});
