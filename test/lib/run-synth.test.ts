import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it('finds nothing unexcused in the demo platform, without account, credentials or region', async () => {
    const saved = { ...process.env };
    for (const name of Object.keys(process.env).filter((key) => /^(AWS|CDK)_/.test(key))) {
      delete process.env[name];
    }
    try {
      await expect(synth(join(ROOT, 'platform.yaml'), true)).resolves.toBe(0);
    } finally {
      process.env = saved;
    }

    const report = JSON.parse(readFileSync(join(folder, 'out/validation-report.json'), 'utf8')) as {
      pluginReports: { violations: unknown[]; suppressedViolations: { reason: string }[] }[];
    };
    expect(report.pluginReports.flatMap((plugin) => plugin.violations)).toEqual([]);
    for (const finding of report.pluginReports.flatMap((plugin) => plugin.suppressedViolations)) {
      expect(finding.reason.length).toBeGreaterThan(15);
    }
    expect(existsSync(join(folder, 'out/cdk.context.json'))).toBe(false);
  }, 120_000);

  it('says once that App Mesh is retired and that users speak plain HTTP, and what that means', async () => {
    await expect(synth(join(ROOT, 'platform.yaml'), false)).resolves.toBe(0);

    expect(told).toEqual([
      expect.stringContaining('AWS retired App Mesh on 2026-09-30'),
      expect.stringContaining('no `load_balancer.certificate_arn`'),
    ]);
  }, 60_000);
});
