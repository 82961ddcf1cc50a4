import * as fc from 'fast-check';
import { OUTCOMES } from '../../core/rollout/record';
import { adversity, EXPLORATION, play, V1, V2 } from '../_helpers/adversity';

describe('any rollout', () => {
  it('ends in one of the outcomes, with all traffic on one proven, running version, nothing unowned, and the lease free', async () => {
    await fc.assert(
      fc.asyncProperty(adversity, async (given) => {
        const theatre = await play(given);
        const split = await theatre.split();
        const record = await theatre.world.store.loadRollout('shop-2');
        const running = await theatre.service.workload.list();
        const service = await theatre.world.store.loadService('shop');

        expect(service).toMatchObject({ holder: null, waiting: null });
        expect(
          record === null || (record.phase === 'completed' && OUTCOMES.includes(record.outcome as never)),
        ).toBe(true);
        const isPromoted = record?.outcome === 'Promoted';
        const expected = isPromoted ? { [V2]: 100 } : given.isFirst ? {} : { [V1]: 100 };
        expect(split).toEqual(expected);
        expect(service.stable).toBe(isPromoted ? V2 : given.isFirst ? null : V1);
        const owned = [...Object.keys(expected), ...(record?.leftovers ?? [])];
        expect(running).toEqual(expect.arrayContaining(Object.keys(expected)));
        expect(owned).toEqual(expect.arrayContaining([...running]));
        for (const written of theatre.splits) {
          const sum = Object.values(written).reduce((total, weight) => total + weight, 0);
          expect(Object.keys(written).length === 0 || sum === 100).toBe(true);
        }
      }),
      { ...EXPLORATION, numRuns: EXPLORATION.numRuns * 2 },
    );
  }, 600_000);

  it('never gives the canary a step without a verdict that allows it', async () => {
    await fc.assert(
      fc.asyncProperty(adversity, async (given) => {
        const theatre = await play({ ...given, isFirst: false });
        const entries = await theatre.world.store.listEntries('shop-2');
        let allowed = true;
        let weight = 0;
        for (const entry of entries) {
          if (entry.kind === 'check') {
            allowed = entry.verdict === 'advance';
          } else if (entry.kind === 'split') {
            const next = entry.weights[V2] ?? 0;
            expect(next <= weight || allowed).toBe(true);
            allowed = next > weight ? false : allowed;
            weight = next;
          }
        }
      }),
      EXPLORATION,
    );
  }, 600_000);
});
