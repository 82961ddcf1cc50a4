import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runSynth } from '../lib/run-synth';

const USAGE = 'usage: tsx tools/synth.ts [--platform FILE] [--out DIR] [--fast]';
const ROOT = join(__dirname, '..');

/** Synthesizes a platform.yaml into a folder, without the CDK CLI. `--fast` leaves out the checks. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', default: join(ROOT, 'platform.yaml') },
      out: { type: 'string', default: join(ROOT, 'cdk.out') },
      fast: { type: 'boolean', default: false },
    },
  });
  const exitCode = await runSynth({
    root: ROOT,
    platformFile: values.platform,
    checks: !values.fast,
    outdir: resolve(values.out),
  });
  if (exitCode === 0) {
    console.log(`templates written to ${values.out}`);
  }
  return exitCode;
}

main()
  .catch((error: NodeJS.ErrnoException) => {
    const isUsage = error.code?.startsWith('ERR_PARSE_ARGS') ?? false;
    console.error(isUsage ? `${error.message}\n${USAGE}` : error.message);
    return isUsage ? 2 : 1;
  })
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
