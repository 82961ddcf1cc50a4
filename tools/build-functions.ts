import { join } from 'node:path';
import { bundleFunctions } from '../lib/bundling/bundle-functions';

/** Bundles the rollout's functions into dist/functions and prints their sizes. */
async function main(): Promise<void> {
  const { bundles, rebuilt } = await bundleFunctions({ root: join(__dirname, '..') });
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`.padStart(8);
  console.log(`${'function'.padEnd(22)}${'bundle'.padStart(8)}${'zipped'.padStart(9)}`);
  for (const { name, bytes, zippedBytes } of bundles) {
    console.log(`${name.padEnd(22)}${kilobytes(bytes)} ${kilobytes(zippedBytes)}`);
  }
  console.log(rebuilt ? 'written to dist/functions' : 'unchanged since the last time');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
