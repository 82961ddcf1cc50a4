import { isOutdated, rememberSequence } from '../../core/rollout/lease';
import { emptyServiceState } from '../../core/rollout/record';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

/** A service whose first version was build 100. */
async function aServiceInProduction(): Promise<Theatre> {
  const theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a'), sequence: 100 }));
  return theatre;
}

describe('builds that come to their rollout out of order', () => {
  it('refuses the older one, whose build was slower, and touches nothing', async () => {
    const theatre = await aServiceInProduction();
    await theatre.release('shop-2', aRolloutInput({ commit: aCommit('c'), sequence: 300 }));
    theatre.splits.length = 0;

    expect(
      await theatre.release('shop-3', aRolloutInput({ commit: aCommit('b'), sequence: 200 })),
    ).toMatchObject({ status: 'FAILED', error: 'Superseded', cause: expect.stringContaining('push again') });
    expect(theatre.splits).toEqual([]);
    expect(await theatre.split()).toEqual({ cccccccc: 100 });
  });

  it('leaves a running newer rollout alone', async () => {
    const theatre = await aServiceInProduction();
    const newer = theatre.start('shop-2', aRolloutInput({ commit: aCommit('c'), sequence: 300 }));
    await theatre.advance(300);

    expect(
      await theatre.release('shop-3', aRolloutInput({ commit: aCommit('b'), sequence: 200 })),
    ).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(newer)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('lets the newer of two that wait have its turn', async () => {
    const theatre = await aServiceInProduction();
    const running = theatre.start('shop-2', aRolloutInput({ commit: aCommit('b'), sequence: 200 }));
    await theatre.advance(300);
    const waiting = theatre.start('shop-3', aRolloutInput({ commit: aCommit('d'), sequence: 400 }));
    await theatre.advance(1);
    const late = theatre.start('shop-4', aRolloutInput({ commit: aCommit('c'), sequence: 300 }));

    expect(await theatre.run(late)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(running)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(waiting)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('releases an older commit again, for that is a newer build', async () => {
    const theatre = await aServiceInProduction();
    await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b'), sequence: 200 }));

    expect(
      await theatre.release('shop-3', aRolloutInput({ commit: aCommit('a'), sequence: 300 })),
    ).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ 'aaaaaaaa-2': 100 });
  });

  it('takes inputs without a place in the order as the newest', async () => {
    const theatre = await aServiceInProduction();

    expect(await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ sequence: 100 });
  });
});

describe('the order of builds', () => {
  const state = { ...emptyServiceState('shop'), sequence: 300 };

  it('lets the same build claim twice', () => {
    expect(isOutdated(state, 'shop-1', 300)).toBe(false);
  });

  it('never takes the lease from its holder', () => {
    const holder = { rolloutId: 'shop-1', execution: 'arn', startedAt: '2026-01-01T00:00:00.000Z' };

    expect(isOutdated({ ...state, holder }, 'shop-1', 200)).toBe(false);
    expect(isOutdated({ ...state, holder }, 'shop-2', 200)).toBe(true);
  });

  it('only ever rises', () => {
    expect(rememberSequence(state, 200).sequence).toBe(300);
    expect(rememberSequence(emptyServiceState('shop'), 200).sequence).toBe(200);
    expect(rememberSequence(emptyServiceState('shop'), undefined)).toEqual(emptyServiceState('shop'));
  });
});
