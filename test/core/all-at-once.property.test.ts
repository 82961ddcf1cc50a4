import * as fc from 'fast-check';
import { adversity, EXPLORATION, play, V1, V2 } from '../_helpers/adversity';
import { neverTwo } from '../_helpers/never-two';
import { Theatre } from '../_helpers/theatre';

describe('any rollout all at once', () => {
  it('never has tasks of two versions, and ends with one version running that has all traffic', async () => {
    await fc.assert(
      fc.asyncProperty(adversity, async (given) => {
        const { theatre, together } = neverTwo(new Theatre());
        await play(given, { strategy: 'all_at_once' }, theatre);
        const record = await theatre.world.store.loadRollout('shop-2');
        const service = await theatre.world.store.loadService('shop');
        const serving = record?.outcome === 'Promoted' ? V2 : given.isFirst ? null : V1;

        expect(together).toEqual([]);
        expect(service).toMatchObject({ holder: null, waiting: null, stable: serving });
        expect(await theatre.split()).toEqual(serving === null ? {} : { [serving]: 100 });
        expect(theatre.service.workload.alive()).toEqual(serving === null ? [] : [serving]);
        expect(record?.outcome).not.toBe('RollbackFailed');
      }),
      { ...EXPLORATION, numRuns: EXPLORATION.numRuns * 2 },
    );
  }, 600_000);
});
