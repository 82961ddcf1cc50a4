import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeDeployable } from '../rehearsal/assembly/describe/describe-deployable';
import { readAssembly } from '../rehearsal/assembly/read-assembly';
import { createRehearsalClock } from '../rehearsal/clock/rehearsal-clock';
import { createFunctionRunner } from '../rehearsal/functions/function-runner';

/** Prints size and cold load time of every synthesized function, one at a time: `npx tsx bench/functions.ts`. */
async function main(): Promise<void> {
  const { functions, region } = describeDeployable(readAssembly('cdk.out'));
  console.log(`${'function'.padEnd(34)} ${'zipped kB'.padStart(10)} ${'load ms (median of 5)'.padStart(22)}`);
  for (const spec of functions.filter(({ name }) => !name.includes('LogRetention'))) {
    const loads: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const runner = createFunctionRunner({
        functions: [spec],
        clock: createRehearsalClock({ speed: 1 }),
        endpointUrl: 'http://127.0.0.1:9',
        accessKeyFor: () => 'bench',
        region,
      });
      await runner.prewarm();
      loads.push(runner.loadMillis.get(spec.name) ?? Number.NaN);
      await runner.stop();
    }
    const zipped = gzipSync(readFileSync(join(spec.bundleDir, 'index.js'))).length / 1000;
    const median = loads.sort((a, b) => a - b)[2] ?? Number.NaN;
    console.log(
      `${spec.name.padEnd(34)} ${zipped.toFixed(0).padStart(10)} ${median.toFixed(0).padStart(22)}`,
    );
  }
}

void main();
