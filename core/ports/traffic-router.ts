import type { Split } from '../traffic/split';

/** Whether a split is in effect. `unsupported`: this router cannot tell. */
export type SplitState = 'reached' | 'pending' | 'unsupported';

/**
 * The traffic router of one service: five idempotent verbs. The router is the truth about who serves; nobody
 * remembers a split, everybody reads it.
 */
export interface TrafficRouter {
  /** Makes the version known as a possible target; it receives nothing yet. */
  addTarget(version: string): Promise<void>;
  /** The split as the router has it now; `NO_TRAFFIC` when the service has no version. */
  getSplit(): Promise<Split>;
  /**
   * Replaces the whole split. `NO_TRAFFIC` takes all traffic away.
   * @throws {CanaryError} `InvalidSplit` for anything that does not sum to 100.
   */
  setSplit(split: Split): Promise<void>;
  /** Compares what the router shows with `split`. */
  verifySplit(split: Split): Promise<SplitState>;
  /**
   * Forgets the version. Unknown versions are fine.
   * @throws {CanaryError} `VersionStillServing` while the split names the version, at any weight.
   */
  removeTarget(version: string): Promise<void>;
}
