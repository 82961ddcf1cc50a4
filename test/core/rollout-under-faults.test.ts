import { CanaryError } from '../../core/errors';
import { FunctionError } from '../../rehearsal/contracts';
import { V1, V2 } from '../_helpers/adversity';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { aServiceInProduction, record } from '../_helpers/in-production';

const second = aRolloutInput({ commit: aCommit('b') });
const killed = (after: boolean, times = 1) => {
  let left = times;
  return (name: string) => async (called: string, run: () => Promise<unknown>) => {
    if (called !== name || left === 0) {
      return run();
    }
    left -= 1;
    if (after) {
      await run();
    }
    throw new FunctionError(
      'Lambda.Unknown',
      'the sandbox was killed',
      '{"errorMessage":"the sandbox was killed"}',
    );
  };
};

describe('a rollout under faults', () => {
  it('takes no further step without a verdict when a step that was not finished must wait for more tasks', async () => {
    const theatre = await aServiceInProduction();
    const { world, service } = theatre;
    const appendEntry = world.store.appendEntry.bind(world.store);
    const [steps, checks]: [number[], number[]] = [[], []];
    let isThrottled = true;
    world.store.appendEntry = async (id, entry) => {
      if (entry.kind === 'split' && isThrottled) {
        await service.workload.scale(V1, 3);
        isThrottled = false;
        throw new CanaryError('AwsThrottled', 'slow down', {});
      }
      if (entry.kind === 'check' && entry.verdict === 'advance') {
        checks.push(theatre.clock.now());
      }
      await appendEntry(id, entry);
    };
    const setSplit = service.router.setSplit.bind(service.router);
    service.router.setSplit = async (split) => {
      steps.push(theatre.clock.now());
      await setSplit(split);
    };
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });

    expect(theatre.states.filter(({ state }) => state === 'WaitForTasks').length).toBeGreaterThan(2);
    const [first = 0, next = 0] = steps.slice(steps.length - 11);
    expect(steps.length).toBeGreaterThanOrEqual(11);
    expect(checks.some((at) => at > first && at <= next)).toBe(true);
    expect(theatre.splits.map((split) => split[V2])).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100]);
  });

  it.each([
    'claim-rollout',
    'create-version',
    'check-version-ready',
    'shift-traffic',
    'evaluate-health',
    'promote-version',
    'remove-version',
    'complete-rollout',
  ])('is promoted all the same when %s is killed before or after its work', async (name) => {
    for (const after of [false, true]) {
      const theatre = await aServiceInProduction();
      theatre.around = killed(after)(name);
      expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
      expect(theatre.splits.map((split) => split[V2])).toEqual([
        10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100,
      ]);
    }
  });

  it.each(['create-version', 'check-version-ready', 'shift-traffic', 'evaluate-health', 'promote-version'])(
    'gives traffic back when %s keeps failing',
    async (name) => {
      const theatre = await aServiceInProduction();
      theatre.around = killed(false, 100)(name);
      const ended = await theatre.release('shop-2', second);
      expect(['RolledBack', 'FailedNoChange']).toContain(ended.error);
      expect(await theatre.split()).toEqual({ [V1]: 100 });
      expect(await theatre.service.workload.list()).toEqual([V1]);
      expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: V1 });
    },
  );

  it('says what state traffic is in when the rollback itself fails', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? { errors: 400 } : {}));
    theatre.around = killed(false, 100)('roll-back');
    theatre.onEntered = (state) => {
      if (state === 'RollBack') {
        theatre.world.faults.add({ verb: 'router.setSplit', kind: 'before', times: 100 });
        theatre.around = (_name, run) => run();
      }
    };
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'RollbackFailed',
      cause: expect.stringContaining('traffic is at aaaaaaaa 90 %, bbbbbbbb 10 %'),
    });
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null });
  });

  it('leaves traffic where it is when it fails before it knows which version is stable', async () => {
    const theatre = await aServiceInProduction();
    theatre.world.faults.add({ verb: 'workload.describe', kind: 'before', times: 6 });
    expect(await theatre.release('shop-2', second)).toMatchObject({ error: 'FailedNoChange' });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
  });

  it('survives setSplit timing out after it took effect', async () => {
    const theatre = await aServiceInProduction();
    theatre.world.faults.add({ verb: 'router.setSplit', kind: 'after', times: 3 });
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('counts wait_time from the step that took effect although its function had to be repeated', async () => {
    const theatre = await aServiceInProduction();
    const steps: number[] = [];
    const { router } = theatre.service;
    const setSplit = router.setSplit.bind(router);
    router.setSplit = async (split) => {
      steps.push(theatre.clock.now());
      if (steps.length === 3) {
        router.pendingVerifications = 1;
      }
      await setSplit(split);
    };
    const deploy = { steps: [10, 20, 30], health: { interval: 10 } };
    expect(await theatre.release('shop-2', { ...second, deploy })).toMatchObject({ status: 'SUCCEEDED' });
    const pauses = steps.slice(1, 4).map((at, index) => at - (steps[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(60_000);
  });

  it('reports a version that cannot be removed instead of a clean end', async () => {
    const theatre = await aServiceInProduction();
    theatre.world.faults.add({ verb: 'workload.remove', kind: 'before', times: 1000 });
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await record(theatre, 'shop-2')).toMatchObject({
      outcome: 'Promoted',
      leftovers: [V1],
      reason: expect.stringContaining('left behind'),
    });
  });

  it('gives a removal that does not end up after a quarter of an hour, and names what is left behind', async () => {
    const theatre = await aServiceInProduction();
    theatre.service.workload.remove = async () => 'pending';
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await record(theatre, 'shop-2')).toMatchObject({
      outcome: 'Promoted',
      leftovers: [V1],
      reason: expect.stringContaining('could not remove'),
    });
  });

  it('lets the next rollout remove what an earlier one left behind', async () => {
    const theatre = await aServiceInProduction();
    theatre.world.faults.add({ verb: 'workload.remove', kind: 'before', times: 6 });
    await theatre.release('shop-2', second);
    await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }));
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });
});

describe('a rollout that is stopped by hand', () => {
  const states = [
    'ClaimRollout',
    'CreateVersion',
    'WaitForTasks',
    'CheckVersionReady',
    'ShiftTraffic',
    'WaitForTraffic',
    'EvaluateHealth',
  ];

  it.each(states)('is healed by recovery when it was in %s', async (state) => {
    const theatre = await aServiceInProduction();
    let execution = '';
    theatre.onEntered = (entered) => {
      if (entered === state) {
        theatre.onEntered = () => undefined;
        theatre.stop(execution);
      }
    };
    execution = theatre.start('shop-2', second);
    await theatre.advance(1200);
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(await theatre.world.store.loadService('shop')).toMatchObject({
      holder: null,
      waiting: null,
      stable: V1,
    });
    const outcome = (await record(theatre, 'shop-2'))?.outcome;
    expect(outcome === undefined || outcome === 'Aborted').toBe(true);
    expect(theatre.unrecovered).toEqual([]);
  });

  it.each(['PromoteVersion', 'WaitForDrain', 'RemoveVersion', 'CompleteRollout'])(
    'ends on one proven version when it was in %s',
    async (state) => {
      const theatre = await aServiceInProduction();
      let execution = '';
      theatre.onEntered = (entered) => {
        if (entered === state) {
          theatre.onEntered = () => undefined;
          theatre.stop(execution);
        }
      };
      execution = theatre.start('shop-2', second);
      await theatre.advance(3000);
      const [version] = Object.keys(await theatre.split());
      expect(await theatre.split()).toEqual({ [version ?? '']: 100 });
      expect(await theatre.service.workload.list()).toEqual([version]);
      expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: version });
    },
  );
});
