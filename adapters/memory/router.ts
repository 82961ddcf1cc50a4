import { CanaryError } from '../../core/errors';
import type { SplitState, TrafficRouter } from '../../core/ports/traffic-router';
import { createSplit, equalSplits, NO_TRAFFIC, type Split } from '../../core/traffic/split';
import { MemoryFaults } from './faults';

/** A traffic router without traffic. */
export class MemoryRouter implements TrafficRouter {
  /** How many of the next verifications say `pending`. */
  pendingVerifications = 0;
  /** Every split that was written, oldest first. */
  readonly written: Split[] = [];
  private readonly targets = new Set<string>();
  private split: Split = NO_TRAFFIC;

  constructor(
    private readonly service: string,
    private readonly faults = new MemoryFaults(),
  ) {}

  addTarget(version: string): Promise<void> {
    return this.faults.around('router.addTarget', () => {
      this.targets.add(version);
    });
  }

  getSplit(): Promise<Split> {
    return this.faults.around('router.getSplit', () => this.split);
  }

  setSplit(split: Split): Promise<void> {
    return this.faults.around('router.setSplit', () => {
      const next = Object.keys(split.weights).length === 0 ? NO_TRAFFIC : createSplit(split.weights);
      const unknown = Object.keys(next.weights).find((version) => !this.targets.has(version));
      if (unknown !== undefined) {
        throw new CanaryError(
          'AwsCallRefused',
          `split of service "${this.service}" names version "${unknown}", which is no target; add it first`,
          { service: this.service, version: unknown },
        );
      }
      this.split = next;
      this.written.push(next);
    });
  }

  verifySplit(split: Split): Promise<SplitState> {
    return this.faults.around('router.verifySplit', () => {
      if (this.pendingVerifications > 0) {
        this.pendingVerifications -= 1;
        return 'pending';
      }
      return equalSplits(this.split, split) ? 'reached' : 'pending';
    });
  }

  removeTarget(version: string): Promise<void> {
    return this.faults.around('router.removeTarget', () => {
      if (version in this.split.weights) {
        throw new CanaryError(
          'VersionStillServing',
          `version "${version}" of service "${this.service}" cannot be removed: the split still names it; set a split without it first`,
          { service: this.service, version },
        );
      }
      this.targets.delete(version);
    });
  }

  /** The split, without a call that may fail. */
  current(): Split {
    return this.split;
  }

  /** Versions that are targets, in the order in which they were added. */
  knownTargets(): readonly string[] {
    return [...this.targets];
  }
}
