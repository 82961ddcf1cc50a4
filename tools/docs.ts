import { join } from 'node:path';
import { staleDocs, writeDocs } from './docs/generate';

const USAGE = 'usage: tsx tools/docs.ts [--write]';

/** Compares the generated pages and schemas with their sources; with `--write`, writes them. */
async function main(args: readonly string[], root: string): Promise<number> {
  if (args.some((arg) => arg !== '--write')) {
    console.error(USAGE);
    return 2;
  }
  if (args.includes('--write')) {
    const written = await writeDocs(root);
    console.log(
      written.length === 0 ? 'nothing to change' : written.map((path) => `written ${path}`).join('\n'),
    );
    return 0;
  }
  const stale = await staleDocs(root);
  for (const path of stale) {
    console.error(`${path} is not what its source says; run \`make docs\``);
  }
  return stale.length === 0 ? 0 : 1;
}

main(process.argv.slice(2), join(__dirname, '..')).then((exitCode) => {
  process.exitCode = exitCode;
});
