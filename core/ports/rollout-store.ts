import type { BuiltVersion } from '../manual-split/built-version';
import type { SplitChange } from '../manual-split/split-change';
import type { RolloutEntry, RolloutRecord, ServiceState } from '../rollout/record';

/** The release table: leases, stable versions, rollout records and their history. */
export interface RolloutStore {
  /** The service's item, or an empty state with revision 0. Strongly consistent. */
  loadService(service: string): Promise<ServiceState>;
  /**
   * Writes the item if its stored revision is still `state.revision`, and returns the state with the new revision.
   * @throws {CanaryError} `StoreConflict` when somebody else wrote in between.
   */
  saveService(state: ServiceState): Promise<ServiceState>;
  /** Strongly consistent; null when there is none. */
  loadRollout(id: string): Promise<RolloutRecord | null>;
  /**
   * Writes the record unless the stored one carries a higher fence.
   * @throws {CanaryError} `LeaseLost` when it does.
   */
  saveRollout(record: RolloutRecord): Promise<void>;
  /**
   * Gives the stored record a higher fence and returns it as it is then, null when there is none: what a call that
   * is still under way has written until now stays, and what it writes from now on is refused.
   * @throws {CanaryError} `LeaseLost` when the stored record carries a higher fence.
   */
  fenceRollout(id: string, fence: number): Promise<RolloutRecord | null>;
  /** Strongly consistent; null when there is none. */
  loadSplitChange(id: string): Promise<SplitChange | null>;
  /**
   * Writes the change unless the stored one carries a higher fence.
   * @throws {CanaryError} `LeaseLost` when it does.
   */
  saveSplitChange(change: SplitChange): Promise<void>;
  /**
   * As `fenceRollout`, for a change.
   * @throws {CanaryError} `LeaseLost` when the stored change carries a higher fence.
   */
  fenceSplitChange(id: string, fence: number): Promise<SplitChange | null>;
  /** Keeps a built version under its id, so that an operator's split can name it. */
  saveVersion(version: BuiltVersion): Promise<void>;
  /** Strongly consistent; null when the service has no version of that id. */
  loadVersion(service: string, version: string): Promise<BuiltVersion | null>;
  /** Versions of a service, newest first, at most `limit`. */
  listVersions(service: string, limit: number): Promise<readonly BuiltVersion[]>;
  /** Adds a line to the history; the same line (kind and time) twice is one line. */
  appendEntry(rolloutId: string, entry: RolloutEntry): Promise<void>;
  /** The history, oldest first. */
  listEntries(rolloutId: string): Promise<readonly RolloutEntry[]>;
  /** Rollouts of a service, newest first, at most `limit`. */
  listRollouts(service: string, limit: number): Promise<readonly RolloutRecord[]>;
}
