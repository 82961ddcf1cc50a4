import { CanaryError } from '../errors';
import { isoNow, secondsSince } from '../ports/clock';
import { describeSplit, type Split, sharesTraffic } from '../traffic/split';
import type { EventSubject, RolloutContext } from './context';
import { keepSplit } from './keep-split';
import type { RemovalState } from './record';

/** Seconds between two steps of a removal. */
const REMOVAL_POLL_SECONDS = 10;
/** Seconds that a removal may take before it is given up and reported. */
const REMOVAL_DEADLINE = 900;

/** What is to be removed, and what is not. */
export interface RemovalPlan {
  /** The split that was settled; what it names stays. */
  readonly intended: Split;
  /** True when the split before was given back: nothing else may have traffic then. */
  readonly isGivenBack: boolean;
  readonly state: RemovalState;
  /** Everything that may be left, whether it has tasks or only a target; asked once the split was read. */
  readonly findKnown: () => Promise<readonly string[]>;
  readonly save: (state: RemovalState) => Promise<unknown>;
}

/** What came of one step: call again in `waitSeconds`, or done, but for what is left behind. */
export type RemovalStep =
  | { readonly isDone: false; readonly waitSeconds: number; readonly split: Split }
  | {
      readonly isDone: true;
      readonly leftovers: readonly string[];
      /** What else there is to say, for the record's reason; empty when all went as it should. */
      readonly remark: string;
      readonly split: Split;
    };

type Context = Pick<RolloutContext, 'ports' | 'binding' | 'router' | 'workload'> & {
  readonly record: EventSubject;
};

/**
 * Takes one step in removing every version of a service that neither the settled split nor the one in force names. A
 * version that the split in force names, at any weight, is never touched.
 */
export async function stepRemoval(context: Context, plan: RemovalPlan): Promise<RemovalStep> {
  const { router, ports } = context;
  const { intended, state } = plan;
  const split = await router.getSplit();
  const removingSince = state.removingSince ?? isoNow(ports.clock);
  const isOverdue = secondsSince(removingSince, ports.clock.now()) >= REMOVAL_DEADLINE;
  const { removing = [] } = state;
  const waitSeconds = await keepInForce(context, plan, split, { removingSince, removing });
  if (waitSeconds > 0 && !isOverdue) {
    return { isDone: false, waitSeconds, split };
  }
  const survivors = [...Object.keys(split.weights), ...Object.keys(intended.weights)];
  const losers = [...new Set(await plan.findKnown())].filter((version) => !survivors.includes(version));
  if (losers.some((version) => !removing.includes(version))) {
    await plan.save({ removingSince, removing: [...new Set([...removing, ...losers])] });
  }
  // What was read may be older than a late call, and a removal cannot be taken back: it is read once more.
  const again = losers.length === 0 ? split : await router.getSplit();
  const pending: string[] = [];
  for (const version of losers) {
    if (version in again.weights || (await removeOne(context, version)) === 'pending') {
      pending.push(version);
    }
  }
  if (pending.length > 0 && !isOverdue) {
    return { isDone: false, waitSeconds: REMOVAL_POLL_SECONDS, split };
  }
  const unnamed = Object.keys(split.weights).filter((version) => !(version in intended.weights));
  return {
    isDone: true,
    split,
    leftovers: [...pending, ...unnamed],
    remark: remarkOn(pending, intended, split),
  };
}

/**
 * Puts the settled split in force again where somebody else changed it; answers for how many seconds the versions
 * that had traffic meanwhile still drain. A step that died after it had written is followed by a whole drain.
 */
async function keepInForce(
  context: Context,
  plan: RemovalPlan,
  split: Split,
  begun: Required<Pick<RemovalState, 'removingSince' | 'removing'>>,
): Promise<number> {
  const { binding, ports } = context;
  const { intended, isGivenBack, state } = plan;
  const beforeWriting = () => plan.save({ ...begun, drainingSince: null });
  const { removing } = begun;
  const kept = await keepSplit(context, { intended, isGivenBack, removing, beforeWriting }, split);
  if (kept === 'restored' || state.drainingSince === null) {
    if (kept === 'kept') {
      // The step that put it in force again died before it could say so.
      const text = `the split was put in force again: ${describeSplit(intended)}`;
      await ports.store.appendEntry(context.record.id, { kind: 'note', at: isoNow(ports.clock), text });
    }
    await plan.save({ ...begun, drainingSince: isoNow(ports.clock) });
    return binding.drainSeconds;
  }
  const hasRestored = state.drainingSince !== undefined;
  return hasRestored ? binding.drainSeconds - secondsSince(state.drainingSince, ports.clock.now()) : 0;
}

/** A reason with what a removal has to say; a repeated one says it once. */
export function withRemark(reason: string, remark: string): string {
  return reason.includes(remark) ? reason : `${reason}${remark}`;
}

function remarkOn(pending: readonly string[], intended: Split, split: Split): string {
  return [
    ...(pending.length === 0 ? [] : [`; could not remove ${pending.join(', ')}`]),
    ...(sharesTraffic(split, intended)
      ? []
      : [`; then somebody else set the split to ${describeSplit(split)}, and it was left`]),
  ].join('');
}

/**
 * A target that got traffic again since the split was read stays until the next look, which takes the traffic away
 * first.
 */
async function removeOne({ workload, router }: Context, version: string): Promise<'pending' | 'removed'> {
  if ((await workload.remove(version)) === 'pending') {
    return 'pending';
  }
  try {
    await router.removeTarget(version);
    return 'removed';
  } catch (error) {
    if (error instanceof CanaryError && error.code === 'VersionStillServing') {
      return 'pending';
    }
    throw error;
  }
}
