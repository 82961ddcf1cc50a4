import { FunctionError } from '../../rehearsal/contracts';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const first = aRolloutInput({ commit: aCommit('a') });
const second = aRolloutInput({ commit: aCommit('b') });

/** A service whose first version has been promoted. */
async function aServiceInProduction(): Promise<Theatre> {
  const theatre = new Theatre();
  await theatre.release('shop-1', first);
  theatre.splits.length = 0;
  theatre.states.length = 0;
  return theatre;
}

const record = (theatre: Theatre, id: string) => theatre.world.store.loadRollout(id);
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

describe('a rollout', () => {
  it('promotes a first release after a bake on real traffic', async () => {
    const theatre = new Theatre();
    expect(await theatre.release('shop-1', first)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ stable: V1, holder: null });
  });

  it('takes steps of 10 every 60 s, bakes, promotes, drains, and only then removes the old version', async () => {
    const theatre = await aServiceInProduction();
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
    expect(theatre.splits.map((split) => split[V2])).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100]);
    expect(theatre.splits.every((split) => Object.values(split).reduce((a, b) => a + b) === 100)).toBe(true);
    expect(theatre.splits.at(-1)).toEqual({ [V2]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V2]);
    expect(await record(theatre, 'shop-2')).toMatchObject({
      outcome: 'Promoted',
      stable: V1,
      phase: 'completed',
    });
  });

  it('rolls a bad version back before it gets its second step, and removes it', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? { errors: 400 } : {}));
    expect(await theatre.release('shop-2', second)).toMatchObject({
      status: 'FAILED',
      error: 'RolledBack',
      cause: expect.stringContaining('success_rate'),
    });
    expect(theatre.splits).toEqual([{ [V1]: 90, [V2]: 10 }, { [V1]: 100 }]);
    expect(await theatre.service.workload.list()).toEqual([V1]);
  });

  it('rolls back from the bake: weight 100 is checked too', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version, minute) => (version === V2 && minute >= 16 ? { errors: 400 } : {}));
    expect(await theatre.release('shop-2', second)).toMatchObject({ error: 'RolledBack' });
    expect(theatre.splits.at(-2)).toEqual({ [V1]: 0, [V2]: 100 });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('never promotes without metrics: it holds, then rolls back at no_data_deadline', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? null : {}));
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('no metrics'),
    });
    expect(theatre.splits).toEqual([{ [V1]: 90, [V2]: 10 }, { [V1]: 100 }]);
  });

  it('never promotes on too few requests: it rolls back at progress_deadline', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? { requests: 3 } : {}));
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('too few requests'),
    });
  });

  it('treats metrics that cannot be read as missing', async () => {
    const theatre = await aServiceInProduction();
    theatre.service.metrics.incomplete = true;
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('cannot be read'),
    });
  });

  it('holds when metrics cannot be read for a moment, however long the canary has been under traffic', async () => {
    const theatre = await aServiceInProduction();
    const execution = theatre.start('shop-2', { ...second, deploy: { percent_step: 5 } });
    await theatre.advance(900);
    theatre.service.metrics.incomplete = true;
    await theatre.advance(120);
    theatre.service.metrics.incomplete = false;
    expect(await theatre.run(execution)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('ends FailedNoChange with the task’s own reason when tasks crash at start, and leaves nothing behind', async () => {
    const theatre = await aServiceInProduction();
    theatre.service.workload.behave(V2, {
      crash: { reason: 'exit code 7: cannot open config', exitCode: 7 },
    });
    theatre.service.taskLogs.lines.push('reading /etc/shop.yaml', 'no such file');
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'FailedNoChange',
      cause: expect.stringContaining(
        'cannot open config; its last lines: reading /etc/shop.yaml | no such file',
      ),
    });
    expect(theatre.splits).toEqual([]);
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(theatre.service.router.knownTargets()).toEqual([V1]);
  });

  it('ends FailedNoChange at progress_deadline when tasks are never ready', async () => {
    const theatre = await aServiceInProduction();
    theatre.service.workload.behave(V2, { readyAfter: Number.POSITIVE_INFINITY });
    expect(await theatre.release('shop-2', second)).toMatchObject({
      error: 'FailedNoChange',
      cause: expect.stringContaining('not ready within 600 s'),
    });
  });

  it('goes on with tasks that became ready although progress_deadline has passed meanwhile', async () => {
    const theatre = await aServiceInProduction();
    let isFirst = true;
    theatre.around = async (name, run) => {
      if (name === 'check-version-ready' && isFirst) {
        isFirst = false;
        await theatre.clock.sleep(700_000);
      }
      return run();
    };
    expect(await theatre.release('shop-2', second)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('takes a bad first release out of traffic before its tasks go', async () => {
    const theatre = new Theatre();
    theatre.callersSee(() => ({ errors: 1000 }));
    expect(await theatre.release('shop-1', first)).toMatchObject({ error: 'RolledBack' });
    expect(await theatre.split()).toEqual({});
    expect(await theatre.service.workload.list()).toEqual([]);
  });

  it('gives a commit that is released again a version of its own', async () => {
    const theatre = await aServiceInProduction();
    expect(await theatre.release('shop-2', first)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ [`${V1}-2`]: 100 });
  });

  it.each([
    ['percent_step 0', { deploy: { percent_step: 0 } }, 'deploy.percent_step'],
    ['an unknown key', { deploy: { percentage_step: 10 } }, 'deploy.percentage_step'],
    ['a wait_time of 0', { deploy: { wait_time: 0 } }, 'deploy.wait_time'],
    ['an unknown service', { service: 'nowhere' }, 'nowhere'],
  ])('ends Rejected on %s without touching anything', async (_what, changes, text) => {
    const theatre = await aServiceInProduction();
    expect(await theatre.release('shop-2', { ...second, ...changes })).toMatchObject({
      error: 'Rejected',
      cause: expect.stringContaining(text),
    });
    expect(theatre.splits).toEqual([]);
    expect(await theatre.service.workload.list()).toEqual([V1]);
  });

  it('sizes the canary by what stable runs now', async () => {
    const theatre = await aServiceInProduction();
    await theatre.service.workload.scale(V1, 5);
    const seen: number[] = [];
    theatre.onEntered = (state) => {
      if (state === 'WaitForTraffic') {
        void theatre.service.workload.describe(V2).then(({ ready }) => seen.push(ready));
      }
    };
    await theatre.release('shop-2', second);
    expect(Math.min(...seen)).toBe(5);
  });
});

describe('a rollout under faults', () => {
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
      cause: expect.stringContaining('traffic is at: aaaaaaaa 90 %, bbbbbbbb 10 %'),
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

describe('two rollouts of one service', () => {
  it('lets the newest win through a rollback of the first', async () => {
    const theatre = await aServiceInProduction();
    const older = theatre.start('shop-2', second);
    await theatre.advance(300);
    const newer = theatre.start('shop-3', aRolloutInput({ commit: aCommit('c') }));
    expect(await theatre.run(older)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(newer)).toMatchObject({ status: 'SUCCEEDED' });
    const shared = theatre.splits.filter((split) => (split[V2] ?? 0) > 0 && (split.cccccccc ?? 0) > 0);
    expect(shared).toEqual([]);
    expect(await theatre.split()).toEqual({ cccccccc: 100 });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });

  it('keeps only the newest of several that wait', async () => {
    const theatre = await aServiceInProduction();
    theatre.start('shop-2', second);
    await theatre.advance(300);
    const third = theatre.start('shop-3', aRolloutInput({ commit: aCommit('c') }));
    await theatre.advance(10);
    const fourth = theatre.start('shop-4', aRolloutInput({ commit: aCommit('d') }));
    expect(await theatre.run(third)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(fourth)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ dddddddd: 100 });
  });

  it('adopts the half-done work of a rollout whose recovery never ran', async () => {
    const theatre = await aServiceInProduction();
    const abandoned = theatre.start('shop-2', second);
    await theatre.advance(400);
    expect((await theatre.split())[V2]).toBeGreaterThan(0);
    theatre.world.faults.add({ verb: 'store.loadRollout', kind: 'before', times: 3 });
    theatre.stop(abandoned);
    await theatre.advance(10);
    expect(await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await record(theatre, 'shop-2')).toMatchObject({ outcome: 'Aborted', phase: 'completed' });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });
});

describe('a split that somebody edits by hand', () => {
  it('is noticed, and everything goes back to stable', async () => {
    const theatre = await aServiceInProduction();
    const execution = theatre.start('shop-2', second);
    await theatre.advance(400);
    await theatre.service.router.setSplit({ weights: { [V1]: 45, [V2]: 55 } });
    expect(await theatre.run(execution)).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('somebody else changed the split'),
    });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('is repaired by the next rollout when no rollout was running', async () => {
    const theatre = await aServiceInProduction();
    await theatre.service.workload.create({
      version: V2,
      image: 'x',
      taskDefinition: {} as never,
      desired: 1,
    });
    await theatre.service.router.addTarget(V2);
    await theatre.service.router.setSplit({ weights: { [V1]: 30, [V2]: 70 } });
    theatre.splits.length = 0;
    expect(await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(theatre.splits[0]).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });
});

describe('a rollout that takes days', () => {
  it('continues in a new execution before the history is full, and both end as it ends', async () => {
    const theatre = await aServiceInProduction();
    const slow = {
      ...second,
      deploy: { percent_step: 50, wait_time: 30_000, health: { interval: 10, min_requests: 1 } },
    };
    const ended = await theatre.release('shop-2', slow);
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(theatre.states.some((event) => event.state === 'ContinueRollout')).toBe(true);
    expect(await theatre.split()).toEqual({ [V2]: 100 });
  }, 60_000);
});
