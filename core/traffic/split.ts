import { CanaryError } from '../errors';

/** Weights by version id: whole percents, 0–100. */
export type Weights = Readonly<Record<string, number>>;

/**
 * Who serves a service's requests. A split sums to 100; the only exception is `NO_TRAFFIC`, a service that has
 * no version yet (before its first release, or after that was rolled back).
 */
export interface Split {
  readonly weights: Weights;
}

/** The split of a service that has no version. */
export const NO_TRAFFIC: Split = Object.freeze({ weights: Object.freeze({}) });

/**
 * Makes a split.
 * @throws {CanaryError} `InvalidSplit` when a weight is not a whole number from 0 to 100, or the sum is not 100.
 */
export function createSplit(weights: Weights): Split {
  const entries = Object.entries(weights);
  const wrong = entries.find(([, weight]) => !Number.isInteger(weight) || weight < 0 || weight > 100);
  if (wrong) {
    throw invalidSplit(weights, `the weight of "${wrong[0]}" is ${wrong[1]}`);
  }
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum !== 100) {
    throw invalidSplit(weights, `the sum is ${sum}`);
  }
  return { weights: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function invalidSplit(weights: Weights, found: string): CanaryError {
  return new CanaryError(
    'InvalidSplit',
    `split ${JSON.stringify(weights)} cannot be written: ${found}; allowed: whole percents from 0 to 100 that sum to 100`,
    { weights },
  );
}

/** All traffic on one version. */
export function only(version: string): Split {
  return createSplit({ [version]: 100 });
}

/**
 * Canary at `weight`, stable at the rest. Without a stable version the canary must take everything.
 * @throws {CanaryError} `InvalidSplit` for a weight outside 0–100, or below 100 without a stable version.
 */
export function canarySplit(canary: string, weight: number, stable: string | null): Split {
  return stable === null
    ? createSplit({ [canary]: weight })
    : createSplit({ [canary]: weight, [stable]: 100 - weight });
}

/** The weight of a version in a split; 0 when it is not in it. */
export function weightOf(split: Split, version: string): number {
  return split.weights[version] ?? 0;
}

/** Whether two splits send the same share to every version; a version at weight 0 counts as absent. */
export function sharesTraffic(a: Split, b: Split): boolean {
  const versions = new Set([...Object.keys(a.weights), ...Object.keys(b.weights)]);
  return [...versions].every((version) => weightOf(a, version) === weightOf(b, version));
}

/** Whether two splits are the same to the letter, targets at weight 0 included. */
export function equalSplits(a: Split, b: Split): boolean {
  return (
    Object.keys(a.weights).length === Object.keys(b.weights).length &&
    sharesTraffic(a, b) &&
    Object.keys(a.weights).every((v) => v in b.weights)
  );
}

/** `abc12345 10 %, 0fe98765 90 %`, for people. */
export function describeSplit(split: Split): string {
  const entries = Object.entries(split.weights);
  return entries.length === 0
    ? 'no traffic'
    : entries.map(([version, weight]) => `${version} ${weight} %`).join(', ');
}

/** `traffic is at 1a2b3c4d 50 %, 9f8e7d6c 50 %`. */
export function trafficIsAt(split: Split): string {
  return `traffic is at ${describeSplit(split)}`;
}
