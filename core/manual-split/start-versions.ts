import type { Ports } from '../ports/index';
import { inItsOwnWords } from '../rollout/check-version-ready';
import { taskPollSeconds } from '../rollout/create-version';
import { openSplit, type SplitContext, updateChange } from './context';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import { type AwaitedVersion, builtVersion, findAwaited, tasksPerPercent } from './readiness';
import type { SplitChange } from './split-change';

/** Tasks of one version that may die before it counts as broken; one may be bad luck. */
const START_FAILURES = 3;

/**
 * Starts every version that the split names and that does not run, without traffic, and looks whether all that get
 * more traffic are ready for it. A version that dies, or is not ready in time, ends the change before traffic moves.
 */
export async function startVersions(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const opened = await openSplit(ports, input);
  const { change, service } = opened;
  const base = progressOfChange(change);
  if (service.waiting !== null) {
    const reason = `superseded by the newer "${service.waiting.rolloutId}"`;
    return { ...base, next: 'restore', outcome: 'Superseded', reason };
  }
  const context = { ...opened, change: await withLoad(opened) };
  const pending: string[] = [];
  const waits: number[] = [];
  for (const awaited of await findAwaited(context)) {
    const { version, needed, status } = awaited;
    if (status.ready >= needed) {
      continue;
    }
    const broken = await whyBroken(context, awaited);
    if (broken !== null) {
      return { ...base, next: 'restore', reason: broken };
    }
    waits.push(taskPollSeconds(await builtVersion(context, version)));
    pending.push(`${version}: ${status.ready} of ${needed} tasks ready`);
    await bringUp(context, awaited);
  }
  return pending.length === 0
    ? { ...base, next: 'set', reason: 'every version that gets more traffic is ready' }
    : { ...base, next: 'wait_for_tasks', wait_seconds: Math.min(...waits), reason: pending.join('; ') };
}

/** Saves once what a task carries, before any is started. */
async function withLoad(context: SplitContext): Promise<SplitChange> {
  const { change, router } = context;
  return change.tasksPerPercent === undefined
    ? updateChange(context, { tasksPerPercent: await tasksPerPercent(context, await router.getSplit()) })
    : change;
}

/** Creates the version, or raises it to the size that it needs. One that is still being removed is left to end. */
async function bringUp(context: SplitContext, { version, needed, status }: AwaitedVersion): Promise<void> {
  const { router, workload } = context;
  if (status.state === 'draining' || (status.state === 'active' && status.desired >= needed)) {
    return;
  }
  const { image, taskDefinition } = await builtVersion(context, version);
  await router.addTarget(version);
  await workload.create({ version, image, taskDefinition, desired: needed });
}

/** Why the version will not be ready; null while it may still be. */
async function whyBroken(
  context: SplitContext,
  { version, status, needed }: AwaitedVersion,
): Promise<string | null> {
  const { change, ports, taskLogs } = context;
  const since = change.startingSince ?? change.startedAt;
  const failures = status.failures.filter(({ at }) => at >= since);
  const isGivenUp = status.gaveUp && failures.length > 0;
  if (isGivenUp || failures.length >= START_FAILURES) {
    return `tasks of "${version}" do not start: ${await inItsOwnWords(taskLogs, version, failures[0])}`;
  }
  const { deploy } = await builtVersion(context, version);
  const seconds = Math.floor((ports.clock.now() - Date.parse(since)) / 1000);
  if (seconds < deploy.progress_deadline) {
    return null;
  }
  const last =
    failures[0] === undefined ? '' : `; last failure: ${await inItsOwnWords(taskLogs, version, failures[0])}`;
  return `tasks of "${version}" were not ready within ${deploy.progress_deadline} s: ${status.ready} of ${needed} ready, ${status.running} running${last}`;
}
