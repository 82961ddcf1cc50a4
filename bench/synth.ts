import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSynth } from '../lib/run-synth';
import { writePlatformOf } from '../rehearsal/headless/platform-of';

/**
 * `npx tsx bench/synth.ts [services] [--fast]`: synthesizes a platform of that many services (50), each in a process of
 * its own, with the checks and without; `--fast` leaves the first out. Prints seconds, and each template's size against
 * CloudFormation's limits. Ends with code 1 when a template is above half of a limit.
 */

const ROOT = join(__dirname, '..');
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
const MOST_BYTES = 1024 * 1024;

interface Timing {
  readonly checks: boolean;
  readonly wallSeconds: number;
  /** Of all threads, without the start of Node.js: what the time would be on a machine that does nothing else. */
  readonly cpuSeconds: number;
}

interface TemplateSize {
  readonly stack: string;
  readonly resources: number;
  readonly bytes: number;
}

function synthesize(platformFile: string, outdir: string, checks: boolean): Promise<Timing> {
  const startedAt = performance.now();
  return new Promise((done, failed) => {
    const args = ['--import', 'tsx', __filename, '--child', platformFile, outdir, String(checks)];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', failed);
    child.on('exit', (code) =>
      code === 0
        ? done({ checks, wallSeconds: (performance.now() - startedAt) / 1000, cpuSeconds: Number(output) })
        : failed(new Error(`synth ended with code ${code}`)),
    );
  });
}

/** What the process of one synthesis does: prints the seconds of processor time that it took. */
async function synthesizeHere(platformFile: string, outdir: string, checks: boolean): Promise<number> {
  const exitCode = await runSynth({ root: ROOT, platformFile, outdir, checks, tell: () => undefined });
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1e6);
  return exitCode;
}

function measureTemplates(outdir: string): readonly TemplateSize[] {
  return readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => {
      const text = readFileSync(join(outdir, file), 'utf8');
      const { Resources } = JSON.parse(text) as { Resources: object };
      return {
        stack: file.replace('.template.json', ''),
        resources: Object.keys(Resources).length,
        bytes: Buffer.byteLength(text),
      };
    });
}

function printTemplates(sizes: readonly TemplateSize[]): void {
  console.log(`${'stack'.padEnd(24)} ${'resources'.padStart(10)} ${'kB'.padStart(8)}`);
  for (const { stack, resources, bytes } of sizes) {
    console.log(
      `${stack.padEnd(24)} ${String(resources).padStart(10)} ${(bytes / 1024).toFixed(1).padStart(8)}`,
    );
  }
}

async function main(count: number, variants: readonly boolean[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const platformFile = writePlatformOf(count, { folder, seeds: true });
    for (const checks of variants) {
      const { wallSeconds, cpuSeconds } = await synthesize(
        platformFile,
        join(folder, `out-${checks}`),
        checks,
      );
      const what = `${count} services ${checks ? 'with the checks' : 'without checks'}`;
      console.log(`${what}: ${wallSeconds.toFixed(1)} s, of which the processor ${cpuSeconds.toFixed(1)} s`);
    }
    const sizes = measureTemplates(join(folder, `out-${variants[0]}`));
    printTemplates(sizes);
    const tooBig = sizes.filter((size) => size.resources > MOST_RESOURCES / 2 || size.bytes > MOST_BYTES / 2);
    console.log(`above half of a limit (${MOST_RESOURCES} resources, 1 MB): ${tooBig.length}`);
    return tooBig.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first = '50', ...rest] = process.argv.slice(2);
const work =
  first === '--child'
    ? synthesizeHere(rest[0] ?? '', rest[1] ?? '', rest[2] === 'true')
    : main(Number(first), rest.includes('--fast') ? [false] : [false, true]);
work.then((exitCode) => {
  process.exitCode = exitCode;
});
