import type { WorkloadStatus } from '../../core/ports/workload';
import { stopAllBut } from '../../core/rollout/exclusive';
import { LATE_CALLS_SECONDS } from '../../core/rollout/late-calls';
import { emptyServiceState } from '../../core/rollout/record';
import { aCommit, aRecord, aRolloutInput } from '../_helpers/builders';
import { neverTwo } from '../_helpers/never-two';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const ALONE = { deploy: { strategy: 'all_at_once' } };

describe('stopAllBut', () => {
  it('stops a version that shall have tasks although none has started yet, and calls it alive', async () => {
    const { world, service } = new Theatre();
    const { workload } = service;
    const context = {
      workload,
      record: aRecord({ version: V2, stable: V1 }),
      service: emptyServiceState('shop'),
    };
    const asked: WorkloadStatus = {
      state: 'active',
      desired: 1,
      running: 0,
      alive: 0,
      ready: 0,
      failures: [],
      gaveUp: false,
    };
    const scaled: string[] = [];
    workload.list = async () => [V1, V2];
    workload.describe = async () => asked;
    workload.scale = async (version, desired) => {
      scaled.push(`${version} to ${desired}`);
    };

    expect(await stopAllBut(context, V2)).toEqual([V1]);
    expect(scaled).toEqual([`${V1} to 0`]);
    expect(world.logged).toEqual([]);
  });
});

describe('a rollout all at once that takes over', () => {
  it('starts nothing before a second look, for a call of the interrupted one may come late', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', { ...aRolloutInput({ commit: aCommit('a') }), ...ALONE });
    const dead = theatre.start('shop-2', { ...aRolloutInput({ commit: aCommit('b') }), ...ALONE });
    const entered = new Map<string, number>();
    theatre.onEntered = (state, { executionArn }) => {
      if (state === 'CreateVersion' && executionArn === dead) {
        theatre.recovers = false;
        theatre.stop(dead);
      }
      if (executionArn !== dead && !entered.has(state)) {
        entered.set(state, theatre.clock.now());
      }
    };
    await theatre.advance(600);

    const input = { ...aRolloutInput({ commit: aCommit('c') }), ...ALONE };
    expect(await theatre.release('shop-3', input)).toMatchObject({ status: 'SUCCEEDED' });
    const seconds = ((entered.get('CreateVersion') ?? 0) - (entered.get('StopStable') ?? 0)) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(LATE_CALLS_SECONDS);
  });

  it('starts nothing either where its first look had to stop what the interrupted one had started', async () => {
    const theatre = new Theatre();
    const { together } = neverTwo(theatre);
    const { workload } = theatre.service;
    const create = workload.create.bind(workload);
    const dead = theatre.start('shop-1', { ...aRolloutInput({ commit: aCommit('a') }), ...ALONE });
    workload.create = async (spec) => {
      await create(spec);
      if (spec.version === V1) {
        theatre.recovers = false;
        theatre.stop(dead);
        theatre.start('shop-2', { ...aRolloutInput({ commit: aCommit('b') }), ...ALONE });
        await theatre.clock.sleep(9000);
        await workload.scale(V1, 1);
      }
    };
    await theatre.advance(600);

    expect(together).toEqual([]);
    expect(workload.alive()).toEqual([V2]);
  });
});
