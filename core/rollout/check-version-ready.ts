import type { Ports } from '../ports/index';
import type { TaskLogs } from '../ports/task-logs';
import type { TaskFailure, WorkloadStatus } from '../ports/workload';
import { weightOf } from '../traffic/split';
import { openRollout, type RolloutContext } from './context';
import { taskPollSeconds, tasksNeeded } from './create-version';
import { nextStep, planSteps } from './plan';
import { type Progress, progressOf, type StepInput } from './progress';

/** Tasks that may die at start before the version counts as broken; one may be bad luck. */
const START_FAILURES = 3;

/** Lines of a failed task's log that go into the reason, and the characters they may have together. */
const LOG_LINES = 5;
const LOG_CHARACTERS = 1000;

/**
 * Looks whether all tasks of the canary are ready. Ready: on to the next step. Dying, or not ready within
 * `progress_deadline`: roll back, with the tasks' own reason.
 */
export async function checkVersionReady(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, workload, service } = context;
  const base = progressOf(record, input);
  const split = await router.getSplit();
  const status = await workload.describe(record.version);
  const target = targetOf(context, input, weightOf(split, record.version));
  const seen = { ...base, split: split.weights, target_weight: target };
  if (service.waiting !== null) {
    return {
      ...seen,
      next: 'roll_back',
      outcome: 'Superseded',
      reason: `superseded by the newer rollout "${service.waiting.rolloutId}"`,
    };
  }
  const dying = await whyDying(context, status);
  if (dying !== null) {
    return { ...seen, next: 'roll_back', reason: dying };
  }
  const needed = await tasksNeeded(context);
  if (status.desired < needed) {
    await workload.scale(record.version, needed);
  }
  if (status.ready < needed) {
    const overdue = await whyOverdue(context, status);
    if (overdue !== null) {
      return { ...seen, next: 'roll_back', reason: overdue };
    }
    return {
      ...seen,
      next: 'wait_for_tasks',
      wait_seconds: taskPollSeconds(record),
      reason: `${status.ready} of ${needed} tasks ready`,
    };
  }
  return {
    ...seen,
    next: 'shift',
    reason: `${status.ready} of ${needed} tasks ready`,
  };
}

/**
 * The first step, or the one that was decided before tasks had to be waited for. A canary that has traffic gets no
 * more here: that takes a verdict.
 */
function targetOf({ record }: RolloutContext, input: StepInput, weight: number): number {
  const first = nextStep(planSteps(record.deploy, record.stable === null), 0) ?? 100;
  return input.state.progress?.target_weight ?? (weight === 0 ? first : weight);
}

async function whyDying(context: RolloutContext, status: WorkloadStatus): Promise<string | null> {
  return status.gaveUp || status.failures.length >= START_FAILURES
    ? `tasks of "${context.record.version}" do not start: ${await inItsOwnWords(context.taskLogs, context.record.version, status.failures[0])}`
    : null;
}

/** Tasks that are ready are never too late: only those that are not are held to the deadline. */
async function whyOverdue(context: RolloutContext, status: WorkloadStatus): Promise<string | null> {
  const { record, ports } = context;
  const since = Date.parse(record.lastShiftAt ?? record.createdAt ?? record.startedAt);
  const seconds = Math.floor((ports.clock.now() - since) / 1000);
  if (seconds >= record.deploy.progress_deadline) {
    const last =
      status.failures[0] === undefined
        ? ''
        : `; last failure: ${await inItsOwnWords(context.taskLogs, context.record.version, status.failures[0])}`;
    return `tasks of "${record.version}" were not ready within ${record.deploy.progress_deadline} s: ${status.ready} of ${status.desired} ready, ${status.running} running${last}`;
  }
  return null;
}

/** Why a task failed, with the last lines that it wrote. */
export async function inItsOwnWords(
  taskLogs: TaskLogs,
  version: string,
  failure: TaskFailure | undefined,
): Promise<string> {
  const lines = failure === undefined ? [] : await taskLogs.lastLines(version, failure.task, LOG_LINES);
  const tail = lines.length === 0 ? '' : `; its last lines: ${lines.join(' | ').slice(-LOG_CHARACTERS)}`;
  return `${describeFailure(failure)}${tail}`;
}

/** Why a task failed, as the orchestrator words it. */
export function describeFailure(failure: TaskFailure | undefined): string {
  return failure === undefined ? 'the orchestrator gave no reason' : failure.reason;
}
