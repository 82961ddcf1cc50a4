import { aCommit, aRolloutInput, NOON } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

describe('the first minute of a canary under traffic', () => {
  it('begins when its first step is in force, not when it was decided', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    const { router, metrics } = theatre.service;
    const setSplit = router.setSplit.bind(router);
    let inForce = 0;
    router.setSplit = async (split) => {
      if (inForce === 0) {
        // From well before a minute's end to after it.
        await theatre.clock.sleep(60_000 - ((theatre.clock.now() - NOON) % 60_000) + 5000);
        inForce = theatre.clock.now();
      }
      await setSplit(split);
    };
    const asked: number[] = [];
    const observe = metrics.observe.bind(metrics);
    metrics.observe = async (query) => {
      asked.push(Date.parse(query.from));
      return observe(query);
    };
    const release = await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));

    expect(release).toMatchObject({ status: 'SUCCEEDED' });
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(Math.floor(inForce / 60_000) * 60_000);
  });
});
