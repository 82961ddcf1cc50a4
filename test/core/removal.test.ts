import type { RemovalState } from '../../core/rollout/record';
import { type RemovalPlan, stepRemoval } from '../../core/rollout/removal';
import { aBinding, aRecord, CANARY, NOON, STABLE } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

const PROMOTED = { weights: { [CANARY]: 100 } };

/** A promotion whose removal has told the old version to stop when a hand gives it half of the traffic. */
async function anEditedRemoval() {
  const theatre = new Theatre();
  const { service, world } = theatre;
  await service.router.addTarget(STABLE);
  await service.router.addTarget(CANARY);
  await service.router.setSplit({ weights: { [STABLE]: 50, [CANARY]: 50 } });
  let state: RemovalState = { removingSince: new Date(NOON).toISOString(), removing: [STABLE] };
  const context = {
    ...service,
    binding: aBinding({ drainSeconds: 30 }),
    ports: { ...world, clock: theatre.clock, forService: () => service },
    record: aRecord(),
  } as unknown as Parameters<typeof stepRemoval>[0];
  const plan = (): RemovalPlan => ({
    intended: PROMOTED,
    isGivenBack: false,
    state,
    findKnown: async () => [STABLE],
    save: async (next) => {
      state = { ...state, ...next };
    },
  });
  return { theatre, router: service.router, step: () => stepRemoval(context, plan()) };
}

describe('stepRemoval', () => {
  it('lets what had traffic by hand drain again, the whole time', async () => {
    const { theatre, router, step } = await anEditedRemoval();
    expect(await step()).toMatchObject({ isDone: false, waitSeconds: 30 });
    expect(await router.getSplit()).toEqual(PROMOTED);
    await theatre.advance(20);
    expect(await step()).toMatchObject({ isDone: false, waitSeconds: 10 });
    await theatre.advance(10);
    expect(await step()).toMatchObject({ isDone: true });
  });

  it('removes nothing that a second look shows with traffic, for the first one may be old', async () => {
    const { theatre, router, step } = await anEditedRemoval();
    const { workload } = theatre.service;
    const getSplit = router.getSplit.bind(router);
    router.getSplit = async () => {
      router.getSplit = getSplit;
      return PROMOTED;
    };

    const removed: string[] = [];
    workload.remove = async (version) => {
      removed.push(version);
      return 'pending';
    };

    expect(await step()).toMatchObject({ isDone: false });
    expect(removed).toEqual([]);
  });

  it('lets it drain the whole time although the function died when the split was written', async () => {
    const { theatre, router, step } = await anEditedRemoval();
    const { setSplit } = router;
    router.setSplit = async (split) => {
      await setSplit.call(router, split);
      throw new Error('died');
    };
    await expect(step()).rejects.toThrow('died');
    router.setSplit = setSplit;
    await theatre.advance(120);

    expect(await step()).toMatchObject({ isDone: false, waitSeconds: 30 });
    await theatre.advance(30);
    expect(await step()).toMatchObject({ isDone: true });
  });
});
