import { join } from 'node:path';
import { Drills } from '../_helpers/drill';
import { firstReleases } from '../drills/scenes';
import { leaksIn } from './leaks';
import { ROLLOUTS_PER_ROUND, roundOf } from './rounds';
import { type Sample, takeSample } from './sample';

/**
 * Many rollouts through one rehearsal, good and bad mixed, four services side by side: `make soak`, or
 * `node --expose-gc --import tsx test/soak/main.ts [ROLLOUTS]`. After each round it prints what is held; exit code 1
 * when a rollout does not end as it must, or something grows that should not.
 */

const NAME = 'drill';
const LANES = ['red', 'green', 'blue', 'gold'] as const;
const KEPT = { calls: 2000, rollouts: 20 };

async function main(wanted: number): Promise<number> {
  const drills = await Drills.start({
    platformFile: join(__dirname, '../drills/platform.yaml'),
    speed: 60,
    metricLateness: 20,
    kept: KEPT,
  });
  try {
    return await soak(drills, Math.max(3, Math.ceil(wanted / LANES.length / ROLLOUTS_PER_ROUND)));
  } finally {
    await drills.stop();
  }
}

async function soak(drills: Drills, rounds: number): Promise<number> {
  await drills.play(firstReleases('web', ...LANES));
  await drills.load(60, Object.fromEntries(LANES.map((service) => [`/${service}`, 1])));
  const samples: Sample[] = [];
  const unmet: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const played = await Promise.all(LANES.map((service) => drills.play(roundOf(service, round))));
    unmet.push(
      ...played
        .flatMap(({ expectations }) => expectations)
        .filter(({ met }) => !met)
        .map(({ text, found }) => `round ${round}: ${text}; found: ${found}`),
    );
    samples.push(await takeSample(drills, NAME, LANES, round * LANES.length * ROLLOUTS_PER_ROUND));
    print(samples.at(-1) as Sample);
  }
  // The first round warms up: pools, caches, compiled code.
  const leaks = leaksIn(samples.slice(1));
  const problems = [...unmet, ...leaks, ...drills.problems.map(String)];
  for (const problem of problems) {
    console.error(`✗ ${problem}`);
  }
  console.log(`${samples.at(-1)?.rollouts} rollouts, ${unmet.length} ended otherwise, ${leaks.length} leaks`);
  return problems.length === 0 ? 0 : 1;
}

function print(sample: Sample): void {
  const text = Object.entries(sample)
    .map(([member, value]) => `${member} ${Number(value).toFixed(member.endsWith('egabytes') ? 1 : 0)}`)
    .join(' · ');
  console.log(text);
}

main(Number(process.argv[2] ?? 200)).then(
  (exitCode) => process.exit(exitCode),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
