import type { ErrorCode } from '../../core/errors';
import { V1, V2 } from '../_helpers/adversity';
import { aServiceInProduction, aServiceUnderManualSplit, release } from '../_helpers/in-production';
import type { Theatre } from '../_helpers/theatre';

// Found by `make prove`: whoever repeats a rollback finds what it wrote the first time, and tells that as what it found.

/** Lets the first line of history that a function writes be lost, each for the reason given. */
function loseFirstLineOf(theatre: Theatre, lost: Readonly<Record<string, ErrorCode>>): void {
  const left = new Map(Object.entries(lost));
  theatre.around = async (name, run) => {
    const code = left.get(name);
    if (left.delete(name) && code !== undefined) {
      theatre.world.faults.add({ verb: 'store.appendEntry', kind: 'before', code });
    }
    return run();
  };
}

async function notesOf(theatre: Theatre, id: string): Promise<readonly string[]> {
  const entries = await theatre.world.store.listEntries(id);
  return entries.flatMap((entry) => (entry.kind === 'note' ? [entry.text] : []));
}

describe('the history', () => {
  it('names the split that a rollback replaced, also where the rollback had to be repeated', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? { errors: 500 } : {}));
    loseFirstLineOf(theatre, { 'roll-back': 'AwsCallFailed' });
    await theatre.run(release(theatre, 'b', { steps: [30] }));

    expect(await notesOf(theatre, 'shop-b')).toContainEqual(
      expect.stringContaining(`rolled back from ${V1} 70 %, ${V2} 30 % to ${V1} 100 %: success_rate`),
    );
  });

  it('names the split that restoring an operator’s one replaced, also where that had to be repeated', async () => {
    const theatre = await aServiceUnderManualSplit();
    loseFirstLineOf(theatre, { 'set-split': 'AwsCallRefused', 'restore-split': 'AwsCallFailed' });
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(await notesOf(theatre, 'split-1')).toContainEqual(
      expect.stringContaining(`restored from ${V1} 50 %, ${V2} 50 % to ${V1} 100 %`),
    );
  });
});
