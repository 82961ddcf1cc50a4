import type { Disturbance } from './disturbance';
import type { Broken } from './invariants';
import { type PlayOptions, play } from './play';
import type { Scenario } from './scenarios';

/** The fewest disturbances that still break an invariant. */
export interface Smallest {
  readonly disturbances: readonly Disturbance[];
  readonly broken: Broken;
}

/** Leaves out one disturbance after the other, as long as the same invariant still breaks. */
export async function shrink(
  scenario: Scenario,
  disturbances: readonly Disturbance[],
  invariant: string,
  options: PlayOptions = {},
): Promise<Smallest> {
  let smallest = disturbances;
  let broken = await breaks(scenario, smallest, invariant, options);
  for (const candidate of disturbances) {
    const fewer = smallest.filter((each) => each !== candidate);
    const still = await breaks(scenario, fewer, invariant, options);
    if (still !== undefined) {
      smallest = fewer;
      broken = still;
    }
  }
  if (broken === undefined) {
    throw new Error(
      `a play did not repeat itself: ${scenario.name} broke "${invariant}" once, and not again`,
    );
  }
  return { disturbances: smallest, broken };
}

async function breaks(
  scenario: Scenario,
  disturbances: readonly Disturbance[],
  invariant: string,
  options: PlayOptions,
): Promise<Broken | undefined> {
  const { broken, unmet } = await play(scenario, disturbances, { ...options, isTraced: false });
  return unmet.length > 0 ? undefined : broken.find((each) => each.invariant === invariant);
}
