import { aCommit, aRolloutInput } from './builders';
import { Theatre } from './theatre';

/** A service whose first version has been promoted, by the rollout "shop-1"; what that did is forgotten. */
export async function aServiceInProduction(deploy: Record<string, unknown> = {}): Promise<Theatre> {
  const theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a'), deploy }));
  theatre.splits.length = 0;
  theatre.states.length = 0;
  return theatre;
}

/** A service whose first version serves, now under manual split, with two more versions built. */
export async function aServiceUnderManualSplit(): Promise<Theatre> {
  const theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
  theatre.putUnderManualSplit(true);
  await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));
  await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }));
  return theatre;
}

/** Starts the rollout of a commit of that letter. @returns its execution. */
export function release(theatre: Theatre, letter: string, deploy: Record<string, unknown> = {}): string {
  return theatre.start(`shop-${letter}`, aRolloutInput({ commit: aCommit(letter), deploy }));
}

/** What is on record of a rollout. */
export const record = (theatre: Theatre, id: string) => theatre.world.store.loadRollout(id);

/** What is on record of the service. */
export const service = (theatre: Theatre) => theatre.world.store.loadService('shop');

/** The ends of a rollout that were told. */
export const told = (theatre: Theatre, id: string) =>
  theatre.world.notifier.events.filter((event) => 'outcome' in event && event.rollout === id);

/** Lets a verb fail in a function as long as `isBroken` says so. */
export function failIn(theatre: Theatre, name: string, verb: string, isBroken: () => boolean): void {
  theatre.around = async (each, run) => {
    if (each === name && isBroken()) {
      theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused' });
    }
    return run().finally(() => theatre.world.faults.clear());
  };
}
