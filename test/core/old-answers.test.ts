import type { WorkloadStatus } from '../../core/ports/workload';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { neverTwo } from '../_helpers/never-two';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const ALONE = { deploy: { strategy: 'all_at_once' } };

/** A service in production whose next version, released with all_at_once, is bad. */
async function aServiceBeforeABadRelease(): Promise<{ theatre: Theatre; together: readonly unknown[] }> {
  const theatre = new Theatre();
  await theatre.release('shop-1', { ...aRolloutInput({ commit: aCommit('a') }), ...ALONE });
  theatre.callersSee((version) => (version === V2 ? { errors: 500 } : {}));
  const { together } = neverTwo(theatre);
  return { theatre, together };
}

const releaseBad = (theatre: Theatre) =>
  theatre.release('shop-2', { ...aRolloutInput({ commit: aCommit('b') }), ...ALONE });

describe('a release of all_at_once on answers that are older than what happened', () => {
  it('starts nothing beside stable when its first look failed and the next one shows stable gone', async () => {
    const { theatre, together } = await aServiceBeforeABadRelease();
    const { workload } = theatre.service;
    const describe = workload.describe.bind(workload);
    const gone: WorkloadStatus = { ...(await describe(V1)), desired: 0, running: 0, ready: 0, alive: 0 };
    let looks = 0;
    theatre.around = async (name, run) => {
      looks += name === 'stop-stable' ? 1 : 0;
      if (name === 'stop-stable' && looks === 1) {
        theatre.world.faults.add({ verb: 'workload.list', kind: 'before' });
      }
      workload.describe = name === 'stop-stable' && looks === 2 ? async () => gone : describe;
      return run();
    };
    await releaseBad(theatre);

    expect(together).toEqual([]);
    expect(looks).toBeGreaterThan(2);
  });
});

describe('a rollback of all_at_once on answers that are older than what happened', () => {
  it('starts stable only when the canary is gone, although a list does not name the canary yet', async () => {
    const { theatre, together } = await aServiceBeforeABadRelease();
    const { workload } = theatre.service;
    const list = workload.list.bind(workload);
    theatre.onEntered = (state) => {
      workload.list = state === 'RestoreStable' ? async () => [V1] : list;
    };
    expect(await releaseBad(theatre)).toMatchObject({ error: 'RolledBack' });

    expect(together).toEqual([]);
    expect(workload.alive()).toEqual([V1]);
  });

  it('starts stable, although the first look after the stop still shows all of its tasks', async () => {
    const { theatre } = await aServiceBeforeABadRelease();
    const { workload } = theatre.service;
    const describe = workload.describe.bind(workload);
    const before: WorkloadStatus = await describe(V1);
    let looks = 0;
    let isRestoring = false;
    theatre.onEntered = (state) => {
      isRestoring = state === 'RestoreStable';
    };
    workload.describe = async (version) => {
      if (isRestoring && version === V1) {
        looks += 1;
      }
      return isRestoring && version === V1 && looks === 1 ? before : describe(version);
    };
    expect(await releaseBad(theatre)).toMatchObject({ error: 'RolledBack' });

    expect(workload.alive()).toEqual([V1]);
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });
});
