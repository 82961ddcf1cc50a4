import { V1, V2 } from '../_helpers/adversity';
import {
  aServiceInProduction,
  aServiceUnderManualSplit,
  record,
  release,
  told,
} from '../_helpers/in-production';
import type { Theatre } from '../_helpers/theatre';

// Found by `make prove`.

/** Lets a verb of the store be refused as long as a function of that name is invoked. */
function forbid(theatre: Theatre, name: string, verb: string): void {
  theatre.around = async (each, run) => {
    if (each === name) {
      theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused', times: 9 });
    }
    return run().finally(() => theatre.world.faults.clear());
  };
}

describe('a rollout whose execution died', () => {
  it('ends on record, and is told, also when the one that took over could not end it at once', async () => {
    const theatre = await aServiceInProduction();
    theatre.recovers = false;
    const dead = release(theatre, 'b', { steps: [50] });
    await theatre.advance(60);
    theatre.stop(dead);
    forbid(theatre, 'claim-rollout', 'store.fenceRollout');
    await theatre.run(release(theatre, 'c'));

    expect(await record(theatre, 'shop-b')).toMatchObject({
      phase: 'completed',
      outcome: 'Aborted',
      reason: `its execution ended without it; "shop-c" took the service over, and traffic is at ${V1} 100 %`,
    });
    expect(told(theatre, 'shop-b')).toHaveLength(1);
  });
});

describe('a change of the split whose execution died', () => {
  it('ends on record also when the one that took over could not end it at once', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.recovers = false;
    const dead = theatre.startSplit('split-1', { [V1]: 50, [V2]: 50 });
    await theatre.advance(5);
    theatre.stop(dead);
    forbid(theatre, 'claim-split', 'store.fenceSplitChange');
    await theatre.applySplit('split-2', { [V1]: 80, [V2]: 20 });

    expect(await theatre.world.store.loadSplitChange('split-1')).toMatchObject({
      phase: 'completed',
      outcome: 'Aborted',
      reason: `its execution ended without it; "split-2" took the service over, and traffic is at ${V1} 100 %`,
    });
  });

  it('cannot set its split any more once the one that took over has set another', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-0', { [V1]: 100, [V2]: 0 });
    theatre.recovers = false;
    const { router } = theatre.service;
    const setSplit = router.setSplit.bind(router);
    const dead = theatre.startSplit('split-1', { [V1]: 90, [V2]: 10 });
    router.setSplit = async (split) => {
      router.setSplit = setSplit;
      theatre.stop(dead);
      theatre.startSplit('split-2', { [V1]: 40, [V2]: 60 });
      await theatre.clock.sleep(9000);
      await setSplit(split);
    };
    await theatre.advance(600);

    expect(await theatre.split()).toEqual({ [V1]: 40, [V2]: 60 });
    expect(await theatre.world.store.loadSplitChange('split-2')).toMatchObject({ outcome: 'Applied' });
  });
});
