import { V1, V2 } from '../_helpers/adversity';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { aServiceInProduction, record } from '../_helpers/in-production';
import { Theatre } from '../_helpers/theatre';

const first = aRolloutInput({ commit: aCommit('a') });
const second = aRolloutInput({ commit: aCommit('b') });

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
