import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { openRollout, type RolloutContext, updateRecord } from './context';
import { gapPollSeconds } from './exclusive';
import { type Progress, progressOf, type StepInput } from './progress';
import type { RolloutRecord } from './record';

/**
 * Seconds between two looks at tasks that are starting: 10 (5 while nobody else answers), and more under a long `progress_deadline`, so that
 * the looks stay far below the history's limit.
 */
export function taskPollSeconds(record: Pick<RolloutRecord, 'deploy' | 'stoppedAt'>): number {
  if (record.stoppedAt !== undefined) {
    return gapPollSeconds(record);
  }
  return Math.max(10, Math.ceil(record.deploy.progress_deadline / 500));
}

/** Starts the new version beside the stable one, without traffic, as large as what it will carry. */
export async function createVersion(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, workload } = context;
  const started = await updateRecord(context, {
    phase: 'creating',
    createdAt: record.createdAt ?? isoNow(ports.clock),
  });
  const desired = await tasksNeeded(context);
  await router.addTarget(record.version);
  await workload.create({
    version: record.version,
    image: record.image,
    taskDefinition: record.taskDefinition,
    desired,
    ...(record.deploy.strategy === 'all_at_once' ? { isExclusive: true } : {}),
  });
  return {
    ...progressOf(record, input),
    next: 'wait_for_tasks',
    wait_seconds: taskPollSeconds(record),
    reason: `starting ${desired} ${desired === 1 ? 'task' : 'tasks'} of "${started.version}"`,
  };
}

/** Tasks that the canary needs: what its repository declares, and at least what stable is running now. */
export async function tasksNeeded(context: Pick<RolloutContext, 'record' | 'workload'>): Promise<number> {
  const declared = context.record.taskDefinition.desired_count;
  if (context.record.stable === null) {
    return declared;
  }
  const { stableTasks, stable } = context.record;
  return Math.max(declared, stableTasks ?? (await context.workload.countRunning(stable)));
}
