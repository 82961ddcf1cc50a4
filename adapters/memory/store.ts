import { CanaryError } from '../../core/errors';
import { type BuiltVersion, newestVersions } from '../../core/manual-split/built-version';
import type { SplitChange } from '../../core/manual-split/split-change';
import type { RolloutStore } from '../../core/ports/rollout-store';
import {
  emptyServiceState,
  type RolloutEntry,
  type RolloutRecord,
  type ServiceState,
} from '../../core/rollout/record';
import { MemoryFaults } from './faults';

/** A release table that lives as long as its process. */
export class MemoryStore implements RolloutStore {
  private readonly services = new Map<string, ServiceState>();
  private readonly rollouts = new Map<string, RolloutRecord>();
  private readonly changes = new Map<string, SplitChange>();
  private readonly versions = new Map<string, Map<string, BuiltVersion>>();
  private readonly entries = new Map<string, Map<string, RolloutEntry>>();

  constructor(private readonly faults = new MemoryFaults()) {}

  loadService(service: string): Promise<ServiceState> {
    return this.faults.around('store.loadService', () => structuredClone(this.peekService(service)));
  }

  /** The service's item, without a call that may fail. */
  peekService(service: string): ServiceState {
    return this.services.get(service) ?? emptyServiceState(service);
  }

  saveService(state: ServiceState): Promise<ServiceState> {
    return this.faults.around('store.saveService', () => {
      const stored = this.services.get(state.service)?.revision ?? 0;
      if (stored !== state.revision) {
        throw new CanaryError(
          'StoreConflict',
          `state of service "${state.service}" was not written: revision ${state.revision} is no longer the stored one (${stored}); load it and decide again`,
          { service: state.service, revision: state.revision },
        );
      }
      const next = structuredClone({ ...state, revision: state.revision + 1 });
      this.services.set(state.service, next);
      return structuredClone(next);
    });
  }

  loadRollout(id: string): Promise<RolloutRecord | null> {
    return this.faults.around('store.loadRollout', () => structuredClone(this.rollouts.get(id) ?? null));
  }

  saveRollout(record: RolloutRecord): Promise<void> {
    return this.faults.around('store.saveRollout', () => {
      refuseLowerFence(record, this.rollouts.get(record.id)?.fence ?? 0);
      this.rollouts.set(record.id, structuredClone(record));
    });
  }

  fenceRollout(id: string, fence: number): Promise<RolloutRecord | null> {
    return this.faults.around('store.fenceRollout', () => raiseFence(this.rollouts, id, fence));
  }

  loadSplitChange(id: string): Promise<SplitChange | null> {
    return this.faults.around('store.loadSplitChange', () => structuredClone(this.changes.get(id) ?? null));
  }

  saveSplitChange(change: SplitChange): Promise<void> {
    return this.faults.around('store.saveSplitChange', () => {
      refuseLowerFence(change, this.changes.get(change.id)?.fence ?? 0);
      this.changes.set(change.id, structuredClone(change));
    });
  }

  fenceSplitChange(id: string, fence: number): Promise<SplitChange | null> {
    return this.faults.around('store.fenceSplitChange', () => raiseFence(this.changes, id, fence));
  }

  saveVersion(version: BuiltVersion): Promise<void> {
    return this.faults.around('store.saveVersion', () => {
      const own = this.versions.get(version.service) ?? new Map<string, BuiltVersion>();
      this.versions.set(version.service, own.set(version.version, structuredClone(version)));
    });
  }

  loadVersion(service: string, version: string): Promise<BuiltVersion | null> {
    return this.faults.around('store.loadVersion', () =>
      structuredClone(this.versions.get(service)?.get(version) ?? null),
    );
  }

  listVersions(service: string, limit: number): Promise<readonly BuiltVersion[]> {
    return this.faults.around('store.listVersions', () => {
      const own = [...(this.versions.get(service)?.values() ?? [])];
      return structuredClone(newestVersions(own, limit));
    });
  }

  appendEntry(rolloutId: string, entry: RolloutEntry): Promise<void> {
    return this.faults.around('store.appendEntry', () => {
      const lines = this.entries.get(rolloutId) ?? new Map<string, RolloutEntry>();
      this.entries.set(rolloutId, lines.set(`${entry.at}#${entry.kind}`, structuredClone(entry)));
    });
  }

  listEntries(rolloutId: string): Promise<readonly RolloutEntry[]> {
    return this.faults.around('store.listEntries', () => {
      const lines = [...(this.entries.get(rolloutId) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      return structuredClone(lines.map(([, entry]) => entry));
    });
  }

  listRollouts(service: string, limit: number): Promise<readonly RolloutRecord[]> {
    return this.faults.around('store.listRollouts', () => {
      const key = ({ startedAt, id }: RolloutRecord) => `${startedAt}#${id}`;
      const own = [...this.rollouts.values()].filter((record) => record.service === service);
      const newestFirst = own.sort((a, b) => (key(a) < key(b) ? 1 : -1));
      return structuredClone(newestFirst.slice(0, Math.max(0, limit)));
    });
  }
}

/** What a fence protects. */
interface Fenced {
  readonly id: string;
  readonly service: string;
  readonly fence: number;
}

function raiseFence<R extends Fenced>(records: Map<string, R>, id: string, fence: number): R | null {
  const stored = records.get(id);
  if (stored === undefined) {
    return null;
  }
  const raised: R = { ...stored, fence };
  refuseLowerFence(raised, stored.fence);
  records.set(id, raised);
  return structuredClone(raised);
}

function refuseLowerFence(record: Fenced, stored: number): void {
  if (stored > record.fence) {
    throw new CanaryError(
      'LeaseLost',
      `record of rollout "${record.id}" was not written: fence ${record.fence} is lower than the stored one (${stored}); another rollout holds service "${record.service}", so stop`,
      { rollout: record.id, service: record.service, fence: record.fence },
    );
  }
}
