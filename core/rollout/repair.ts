import { NO_TRAFFIC, only, type Split, weightOf } from '../traffic/split';

/** What was found when a rollout took a service over. */
export interface FoundState {
  readonly split: Split;
  /** The version last promoted, by the release table. */
  readonly recordedStable: string | null;
  /** Versions that have running tasks. */
  readonly running: readonly string[];
}

/** Which version is stable, and the split that must be established before anything else happens. */
export interface Repair {
  readonly stable: string | null;
  readonly split: Split;
  readonly reason: string;
}

/**
 * Repairs whatever an interrupted rollout, a lost record or a hand left behind. A recorded stable version that
 * still runs gets everything; otherwise the running version with the greatest weight is adopted as stable, for
 * users depend on it; with none running, whatever has the greatest weight stays, so that nothing is made worse.
 */
export function planRepair(found: FoundState): Repair {
  const { split, recordedStable, running } = found;
  const serving = Object.keys(split.weights)
    .filter((version) => weightOf(split, version) > 0)
    .sort((a, b) => weightOf(split, b) - weightOf(split, a));
  if (serving.length === 0 && (recordedStable === null || !running.includes(recordedStable))) {
    return { stable: null, split: NO_TRAFFIC, reason: 'no version serves yet' };
  }
  if (recordedStable !== null && running.includes(recordedStable)) {
    return {
      stable: recordedStable,
      split: only(recordedStable),
      reason: `"${recordedStable}" is the stable version on record and runs`,
    };
  }
  const adopted = serving.find((version) => running.includes(version)) ?? serving[0];
  if (adopted === undefined) {
    return { stable: null, split: NO_TRAFFIC, reason: 'no version serves yet' };
  }
  return {
    stable: adopted,
    split: only(adopted),
    reason: `"${adopted}" serves, and no running version is on record as stable`,
  };
}
