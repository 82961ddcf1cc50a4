import { V1, V2 } from '../_helpers/adversity';
import { aServiceUnderManualSplit } from '../_helpers/in-production';

// Found by `make prove`.

describe('a change that could not take the lease', () => {
  it('ends on record also where restoring cannot read its record', async () => {
    const theatre = await aServiceUnderManualSplit();
    const refused = { 'claim-split': 'store.saveService', 'restore-split': 'store.loadSplitChange' };
    theatre.around = (name, run) => {
      const verb = refused[name as keyof typeof refused];
      if (verb !== undefined) {
        theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused' });
      }
      return run().finally(() => theatre.world.faults.clear());
    };
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(await theatre.world.store.loadSplitChange('split-1')).toMatchObject({
      phase: 'completed',
      outcome: 'FailedNoChange',
    });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });
});
