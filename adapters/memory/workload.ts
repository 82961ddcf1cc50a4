import { CanaryError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { TaskFailure, VersionSpec, Workload, WorkloadStatus } from '../../core/ports/workload';
import { MemoryFaults } from './faults';

/** How a version's tasks behave. */
export interface VersionBehaviour {
  /** How often the version is described before its tasks are ready; `Infinity` for never. @default 0 */
  readonly readyAfter?: number;
  /** Reason with which a task stops at each description, until the version gives up. */
  readonly crash?: { readonly reason: string; readonly exitCode?: number };
  /** Crashes after which the orchestrator gives up. @default 3 */
  readonly givesUpAfter?: number;
  /** How often the version is described before its last task has ended; `Infinity` for never. @default 1 */
  readonly endsAfter?: number;
}

interface RunningVersion {
  spec: VersionSpec;
  desired: number;
  /** Looks since the version was last started. */
  describes: number;
  /** Looks until the tasks that were told to end have done so. */
  ending: number;
  failures: TaskFailure[];
  /** Steps of removal taken so far. */
  removal: 'none' | 'scaling in' | 'draining';
  /** Looks since it began to drain. */
  drained: number;
}

/** Looks at a version that drains before it is gone by itself. */
const LOOKS_TO_DRAIN = 3;

/** Runs nothing, and says what it is told to say. */
export class MemoryWorkload implements Workload {
  private readonly versions = new Map<string, RunningVersion>();
  private readonly behaviours = new Map<string, VersionBehaviour>();

  constructor(
    private readonly clock: Clock,
    private readonly faults = new MemoryFaults(),
  ) {}

  /** Sets how a version's tasks behave, before or after it is created. */
  behave(version: string, behaviour: VersionBehaviour): void {
    this.behaviours.set(version, behaviour);
  }

  create(spec: VersionSpec): Promise<void> {
    return this.faults.around('workload.create', () => {
      const existing = this.versions.get(spec.version);
      if (existing?.removal === 'draining') {
        throw new CanaryError(
          'AwsCallFailed',
          `version "${spec.version}" cannot be created: it is still draining; the same call succeeds once it is gone`,
          { version: spec.version },
        );
      }
      if (existing !== undefined) {
        this.resize(spec.version, existing, Math.max(existing.desired, spec.desired));
        existing.removal = 'none';
        return;
      }
      const { desired } = spec;
      this.versions.set(spec.version, {
        spec,
        desired,
        describes: 0,
        ending: 0,
        failures: [],
        removal: 'none',
        drained: 0,
      });
    });
  }

  describe(version: string): Promise<WorkloadStatus> {
    return this.faults.around('workload.describe', () => {
      const found = this.versions.get(version);
      if (found === undefined) {
        return this.peek(version);
      }
      const behaviour = this.behaviours.get(version) ?? {};
      this.tick(version, found, behaviour);
      return this.peek(version);
    });
  }

  countRunning(version: string): Promise<number> {
    return this.faults.around('workload.countRunning', () => {
      const { state, running } = this.peek(version);
      return state === 'active' ? running : 0;
    });
  }

  /** What `describe` said last, or would say of a version that nobody has looked at; looking changes nothing. */
  peek(version: string): WorkloadStatus {
    const found = this.versions.get(version);
    if (found === undefined) {
      return { state: 'absent', desired: 0, running: 0, alive: 0, ready: 0, failures: [], gaveUp: false };
    }
    const behaviour = this.behaviours.get(version) ?? {};
    const isReady = behaviour.crash === undefined && found.describes > (behaviour.readyAfter ?? 0);
    return {
      state: found.removal === 'draining' ? 'draining' : 'active',
      desired: found.desired,
      running: behaviour.crash === undefined ? found.desired : 0,
      alive: aliveOf(found),
      ready: isReady ? found.desired : 0,
      failures: [...found.failures].reverse(),
      gaveUp: found.failures.length >= (behaviour.givesUpAfter ?? 3),
    };
  }

  scale(version: string, desired: number): Promise<void> {
    return this.faults.around('workload.scale', () => {
      const found = this.versions.get(version);
      if (found === undefined || found.removal === 'draining') {
        throw new CanaryError(
          'AwsCallRefused',
          `version "${version}" cannot be scaled to ${desired}: it does not run; create it first`,
          { version, desired },
        );
      }
      this.resize(version, found, desired);
    });
  }

  remove(version: string): Promise<'pending' | 'removed'> {
    return this.faults.around('workload.remove', () => {
      const found = this.versions.get(version);
      if (found === undefined) {
        return 'removed';
      }
      if (found.removal === 'draining') {
        this.versions.delete(version);
        return 'removed';
      }
      found.removal = found.removal === 'none' ? 'scaling in' : 'draining';
      this.resize(version, found, 0);
      return 'pending';
    });
  }

  list(): Promise<readonly string[]> {
    return this.faults.around('workload.list', () => this.existing());
  }

  /** What the version was created from; null when it does not exist. */
  specOf(version: string): VersionSpec | null {
    return this.versions.get(version)?.spec ?? null;
  }

  /** Versions of which anything is left, oldest first. */
  existing(): readonly string[] {
    return [...this.versions.keys()];
  }

  /** Versions of which a task is alive. */
  alive(): readonly string[] {
    return [...this.versions].filter(([, found]) => aliveOf(found) > 0).map(([version]) => version);
  }

  private resize(version: string, found: RunningVersion, desired: number): void {
    if (found.desired === 0 && desired > 0) {
      found.describes = 0;
      found.ending = 0;
    }
    if (found.desired > 0 && desired === 0) {
      found.ending = this.behaviours.get(version)?.endsAfter ?? 1;
    }
    found.desired = desired;
  }

  private tick(version: string, found: RunningVersion, behaviour: VersionBehaviour): void {
    const { crash } = behaviour;
    found.describes += 1;
    if (found.removal === 'draining') {
      // As on AWS, what drains is gone some time later, whether or not anybody removes it any more.
      found.drained += 1;
      if (found.drained > LOOKS_TO_DRAIN) {
        this.versions.delete(version);
      }
      return;
    }
    found.ending = Math.max(0, found.ending - 1);
    if (crash !== undefined && found.failures.length < (behaviour.givesUpAfter ?? 3)) {
      const task = `${version}-task-${found.failures.length + 1}`;
      found.failures.push({ task, at: new Date(this.clock.now()).toISOString(), ...crash });
    }
  }
}

function aliveOf({ desired, ending }: RunningVersion): number {
  return desired > 0 ? desired : Math.sign(ending);
}
