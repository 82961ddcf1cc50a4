import type { WorkloadStatus } from '../ports/workload';
import { type Split, weightOf } from '../traffic/split';
import type { BuiltVersion } from './built-version';
import type { SplitContext } from './context';

/** A version that must be ready before the split is set, and how much of it is. */
export interface AwaitedVersion {
  readonly version: string;
  readonly needed: number;
  readonly status: WorkloadStatus;
}

/**
 * The versions that get more traffic than they have, or are new: those need ready tasks first. A version that keeps
 * or loses weight is not asked, so that traffic can be taken from one that is broken.
 */
export async function findAwaited(context: SplitContext): Promise<readonly AwaitedVersion[]> {
  const { change, router, workload } = context;
  const found = await router.getSplit();
  const load = change.tasksPerPercent ?? (await tasksPerPercent(context, found));
  const awaited: AwaitedVersion[] = [];
  for (const [version, weight] of Object.entries(change.wanted)) {
    if (!(version in found.weights) || weight > weightOf(found, version)) {
      const { taskDefinition } = await builtVersion(context, version);
      const needed = Math.max(taskDefinition.desired_count, Math.round(weight * load));
      awaited.push({ version, needed, status: await workload.describe(version) });
    }
  }
  return awaited;
}

/**
 * Tasks per percent of traffic of the busiest version that serves now: what a task is known to carry. Zero when
 * nothing serves. Rounded to the nearest whole task by the caller, so that sizes do not grow from change to change.
 */
export async function tasksPerPercent({ workload }: SplitContext, found: Split): Promise<number> {
  const loads: number[] = [];
  for (const version of Object.keys(found.weights).filter((each) => weightOf(found, each) > 0)) {
    const { running } = await workload.describe(version);
    if (running > 0) {
      loads.push(running / weightOf(found, version));
    }
  }
  return loads.length === 0 ? 0 : Math.min(...loads);
}

/**
 * What a version is run from.
 * @throws {Error} when it is not in the release table; the claim has seen it there.
 */
export async function builtVersion({ ports, change }: SplitContext, version: string): Promise<BuiltVersion> {
  const built = await ports.store.loadVersion(change.service, version);
  if (built === null) {
    throw new Error(`version "${version}" of service "${change.service}" is no longer in the release table`);
  }
  return built;
}
