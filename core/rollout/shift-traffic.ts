import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { canarySplit, equalSplits, type Split, weightOf } from '../traffic/split';
import { establishSplit, openRollout, type RolloutContext, updateRecord } from './context';
import { taskPollSeconds, tasksNeeded } from './create-version';
import { describeDrift } from './drift';
import { nextStep, planSteps } from './plan';
import { type Progress, progressOf, type StepInput } from './progress';

/**
 * Gives the canary the weight that was decided. Reads the split, writes a complete one, verifies it. Repeating
 * it with the same target changes nothing; a target that is not the next step is refused by rolling back.
 */
export async function shiftTraffic(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, workload } = context;
  const base = progressOf(record, input);
  const split = await router.getSplit();
  const target = input.state.progress?.target_weight ?? weightOf(split, record.version);
  const drift = describeDrift(record, split);
  if (drift !== null) {
    return { ...base, split: split.weights, next: 'roll_back', reason: drift };
  }
  const needed = await tasksNeeded(context);
  const status = await workload.describe(record.version);
  if (status.ready < needed) {
    return {
      ...base,
      split: split.weights,
      next: 'wait_for_tasks',
      target_weight: target,
      wait_seconds: taskPollSeconds(record),
      reason: `${status.ready} of ${needed} tasks ready: the weight does not grow before they are`,
    };
  }
  const wanted = canarySplit(record.version, target, record.stable);
  if (!isNextStep(context, split, target)) {
    return {
      ...base,
      split: split.weights,
      next: 'roll_back',
      reason: `a shift to ${target} % is not the step after ${weightOf(split, record.version)} %`,
    };
  }
  await establishStep(context, split, wanted, target);
  return {
    ...base,
    split: wanted.weights,
    next: 'wait_for_traffic',
    wait_seconds: Math.min(record.deploy.health.interval, record.deploy.wait_time),
    reason: `"${record.version}" gets ${target} %`,
  };
}

function isNextStep(context: RolloutContext, split: Split, target: number): boolean {
  const { record } = context;
  const weight = weightOf(split, record.version);
  return target === weight || target === nextStep(planSteps(record.deploy, record.stable === null), weight);
}

/** Saves the intention, writes the split, then saves when it took effect. */
async function establishStep(
  context: RolloutContext,
  current: Split,
  wanted: Split,
  target: number,
): Promise<void> {
  const { ports } = context;
  const { previous, intended, lastShiftAt } = context.record;
  const isInForce = equalSplits(current, wanted);
  // A step that was written but not finished has `previous` still at the split before it: it takes effect now.
  const isRepeated =
    isInForce &&
    lastShiftAt !== undefined &&
    equalSplits({ weights: intended }, wanted) &&
    equalSplits({ weights: previous }, wanted);
  if (isRepeated && (target < 100 || context.record.bakeStartedAt !== undefined)) {
    return;
  }
  const record = await updateRecord(context, {
    phase: target === 100 ? 'baking' : 'shifting',
    intended: wanted.weights,
    previous: isInForce ? previous : current.weights,
    firstShiftAt: context.record.firstShiftAt ?? isoNow(ports.clock),
  });
  await establishSplit({ ...context, record }, wanted, `step to ${target} %`, true);
  const at = isoNow(ports.clock);
  await updateRecord(
    { ...context, record },
    {
      trafficSince: record.trafficSince ?? at,
      lastShiftAt: at,
      previous: wanted.weights,
      ...(target === 100 ? { bakeStartedAt: at } : {}),
    },
  );
}
