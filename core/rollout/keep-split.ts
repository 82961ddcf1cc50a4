import { isoNow } from '../ports/clock';
import { describeSplit, equalSplits, type Split, sharesTraffic } from '../traffic/split';
import { type EventSubject, establishSplit, type RolloutContext } from './context';

/** A split that was settled, and what may be done when somebody else writes another. */
export interface SettledSplit {
  readonly intended: Split;
  /** True when the split before was given back: nothing else may have traffic then. */
  readonly isGivenBack: boolean;
  /** Versions that were told to stop: they cannot answer any more. */
  readonly removing: readonly string[];
  /** Called before the split is written again. */
  readonly beforeWriting: () => Promise<unknown>;
}

/**
 * Looks whether a settled split still is in force; a call of a stopped execution may come late, and hands are quick.
 * What was given back is put in force again, and so is what the other versions can no longer serve. A new version
 * that somebody took traffic from by hand is left as it is.
 * @returns `kept`; `restored` when it had to be written again; `overruled` when another one is left in force.
 */
export async function keepSplit(
  context: Pick<RolloutContext, 'ports' | 'binding' | 'router'> & { readonly record: EventSubject },
  { intended, isGivenBack, removing, beforeWriting }: SettledSplit,
  found: Split,
): Promise<'kept' | 'restored' | 'overruled'> {
  if (equalSplits(found, intended)) {
    return 'kept';
  }
  const { ports, record } = context;
  const text = `somebody else changed the split: found ${describeSplit(found)}, settled was ${describeSplit(intended)}`;
  const canAnswer = !Object.keys(found.weights).some((version) => removing.includes(version));
  if (!isGivenBack && canAnswer && !sharesTraffic(found, intended)) {
    await ports.store.appendEntry(record.id, {
      kind: 'note',
      at: isoNow(ports.clock),
      text: `${text}; it is left`,
    });
    return 'overruled';
  }
  await beforeWriting();
  await establishSplit(context, intended, text);
  return 'restored';
}
