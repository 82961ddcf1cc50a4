import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';
import { A, B } from '../prove/explore/scenarios';

describe('the size of a version in an operator’s split', () => {
  it('is decided once: what is being started does not count as needed by the next look', async () => {
    const theatre = new Theatre();
    const { workload } = theatre.service;
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    theatre.putUnderManualSplit(true);
    await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));
    await theatre.applySplit('split-1', { [A]: 50, [B]: 50 });
    // Only one of the two runs any more, and its new tasks take long to get ready.
    await workload.scale(B, 0);
    workload.behave(A, { readyAfter: 20 });
    await workload.scale(A, 0);
    await workload.scale(A, 3);
    const sizes = new Set<number>();
    const create = workload.create.bind(workload);
    workload.create = async (spec) => {
      sizes.add(spec.desired);
      return create(spec);
    };
    await theatre.applySplit('split-2', { [A]: 100 });

    expect([...sizes]).toEqual([6]);
    expect(await theatre.split()).toEqual({ [A]: 100 });
  });
});
