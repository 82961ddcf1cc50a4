import { CanaryError } from '../../core/errors';
import { lookForStray } from '../../core/rollout/stray-traffic';
import { only } from '../../core/traffic/split';
import { aCommit, aRolloutInput, CANARY, STABLE } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

describe('lookForStray', () => {
  const seen = (getSplit: () => Promise<{ weights: Record<string, number> }>) =>
    lookForStray({ ...new Theatre().service.router, getSplit } as never, only(STABLE));

  it('says nothing of traffic that is where it was settled, however its weights are written', async () => {
    expect(await seen(async () => ({ weights: { [STABLE]: 100, [CANARY]: 0 } }))).toEqual({
      isAstray: false,
      remark: '',
    });
  });

  it('says where traffic is when it is elsewhere', async () => {
    expect(await seen(async () => ({ weights: { [CANARY]: 100 } }))).toEqual({
      isAstray: true,
      remark: '; then the split was changed: traffic is at bbbbbbbb 100 %',
    });
  });

  it('takes traffic for astray when the router cannot be read, so that a person looks', async () => {
    const refuse = async () => {
      throw new CanaryError('AwsCallRefused', 'may not read', {});
    };
    expect(await seen(refuse)).toMatchObject({
      isAstray: true,
      remark: '; where traffic is cannot be read: AwsCallRefused: may not read',
    });
  });
});

describe('a promotion that fails where nobody can read the split any more', () => {
  it('names both versions as left behind, for traffic may be at either', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    const { store } = theatre.world;
    const saveRollout = store.saveRollout.bind(store);
    store.saveRollout = async (each) => {
      if (each.phase === 'promoted') {
        theatre.service.router.getSplit = async () => {
          throw new CanaryError('AwsCallRefused', 'may not read the route', {});
        };
        throw new CanaryError('AwsCallRefused', 'may not write the release table', {});
      }
      await saveRollout(each);
    };
    const ended = await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));

    expect(ended).toMatchObject({ error: 'RollbackFailed' });
    expect(await store.loadRollout('shop-2')).toMatchObject({
      leftovers: [CANARY, STABLE],
      reason: expect.stringContaining('where traffic is cannot be read'),
    });
  });
});

describe('a rollback whose removal fails', () => {
  it('ends as RollbackFailed, and says where traffic is, when a late call has moved it meanwhile', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    theatre.callersSee((version) => (version === CANARY ? { errors: 500 } : {}));
    const { router } = theatre.service;
    theatre.around = async (name, run) => {
      if (name !== 'remove-version') {
        return run();
      }
      await router.setSplit({ weights: { [STABLE]: 0, [CANARY]: 100 } });
      throw new CanaryError('AwsCallRefused', 'may not read the release table', {});
    };
    const ended = await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));

    expect(ended).toMatchObject({ error: 'RollbackFailed' });
    expect(await theatre.world.store.loadRollout('shop-2')).toMatchObject({
      outcome: 'RollbackFailed',
      leftovers: [CANARY],
      reason: expect.stringMatching(/traffic is at aaaaaaaa 0 %, bbbbbbbb 100 %.*left behind: bbbbbbbb/),
    });
  });
});
