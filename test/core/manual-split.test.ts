import { MemoryWorld } from '../../adapters/memory/world';
import { recoverSplit } from '../../core/manual-split/recover-split';
import { emptyServiceState } from '../../core/rollout/record';
import { aCommit, aRolloutInput, iso, NOON } from '../_helpers/builders';
import { aServiceUnderManualSplit } from '../_helpers/in-production';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const V3 = 'cccccccc';

describe('a release of a service under manual split', () => {
  it('keeps the version as available, moves nothing, and says so', async () => {
    const theatre = await aServiceUnderManualSplit();

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(await theatre.world.store.loadRollout('shop-2')).toMatchObject({
      outcome: 'Registered',
      phase: 'completed',
      version: V2,
    });
    expect((await theatre.world.store.listVersions('shop', 9)).map(({ version }) => version).sort()).toEqual([
      V1,
      V2,
      V3,
    ]);
    expect(theatre.world.notifier.events.at(-1)).toMatchObject({
      type: 'RolloutCompleted',
      outcome: 'Registered',
      reason: `version ${V3} is available for the split; nothing was moved`,
    });
    expect((await theatre.world.store.loadService('shop')).holder).toBeNull();
  });

  it('ends its execution as succeeded', async () => {
    const theatre = await aServiceUnderManualSplit();

    const ended = await theatre.release('shop-4', aRolloutInput({ commit: aCommit('b') }));

    expect(ended.status).toBe('SUCCEEDED');
    expect(JSON.parse(ended.output ?? '{}').progress).toMatchObject({
      outcome: 'Registered',
      version: `${V2}-2`,
    });
  });

  it('keeps one version although its function is repeated', async () => {
    const theatre = new Theatre();
    theatre.putUnderManualSplit(true);
    let isFirst = true;
    theatre.around = async (_name, run) => {
      const answer = await run();
      if (isFirst) {
        isFirst = false;
        throw Object.assign(new Error('answer lost'), { name: 'AwsCallFailed' });
      }
      return answer;
    };

    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));

    expect((await theatre.world.store.listVersions('shop', 9)).map(({ version }) => version)).toEqual([V1]);
    expect(theatre.world.notifier.events).toHaveLength(1);
  });
});

describe('an operator’s split', () => {
  it('starts the versions that it names before they get traffic, and shares it as asked', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.service.workload.behave(V2, { readyAfter: 3 });
    theatre.splits.length = 0;

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 30, [V3]: 20 });

    expect(ended.status).toBe('SUCCEEDED');
    expect(theatre.splits).toEqual([{ [V1]: 50, [V2]: 30, [V3]: 20 }]);
    expect(await theatre.service.workload.list()).toEqual([V1, V2, V3]);
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: null });
    expect(theatre.world.notifier.events.slice(-2)).toMatchObject([
      { type: 'SplitStarted', weights: { [V1]: 50, [V2]: 30, [V3]: 20 } },
      {
        type: 'SplitCompleted',
        outcome: 'Applied',
        reason: `traffic is at ${V1} 50 %, ${V2} 30 %, ${V3} 20 %`,
      },
    ]);
  });

  it('takes traffic from a version that it no longer names, drains it, and only then removes it', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });
    theatre.states.length = 0;

    const ended = await theatre.applySplit('split-2', { [V1]: 100 });

    expect(ended.status).toBe('SUCCEEDED');
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(theatre.service.router.knownTargets()).toEqual([V1]);
    const at = (state: string) =>
      Date.parse(theatre.states.find((each) => each.kind === 'entered' && each.state === state)?.at ?? '');
    expect(at('RemoveUnnamedVersions') - at('WaitForDrain')).toBe(30_000);
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ stable: V1 });
  });

  it('changes nothing when it is applied again', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });
    theatre.splits.length = 0;

    const ended = await theatre.applySplit('split-2', { [V1]: 50, [V2]: 50 });

    expect(ended.status).toBe('SUCCEEDED');
    expect(theatre.splits).toEqual([]);
  });

  it('makes a version that grows as large as the busiest one shows is needed', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.service.workload.scale(V1, 8);

    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 45, [V3]: 5 });

    expect((await theatre.service.workload.describe(V2)).desired).toBe(4);
    expect((await theatre.service.workload.describe(V3)).desired).toBe(
      theatre.service.workload.specOf(V3)?.taskDefinition.desired_count,
    );
  });

  it('keeps a version at weight 0 warm', async () => {
    const theatre = await aServiceUnderManualSplit();

    await theatre.applySplit('split-1', { [V1]: 100, [V2]: 0 });

    expect(await theatre.split()).toEqual({ [V1]: 100, [V2]: 0 });
    expect(await theatre.service.workload.list()).toEqual([V1, V2]);
  });

  it('fails without a shift when a version does not become ready, and removes its tasks', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.service.workload.behave(V2, { readyAfter: Number.POSITIVE_INFINITY });
    theatre.splits.length = 0;

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'FailedNoChange' });
    expect(ended.cause).toContain(`tasks of "${V2}" were not ready within 600 s`);
    expect(theatre.splits).toEqual([]);
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: V1 });
  });

  it('fails at once when the tasks of a version die, in their own words', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.service.workload.behave(V2, { crash: { reason: 'exited with code 7', exitCode: 7 } });

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'FailedNoChange' });
    expect(ended.cause).toContain('exited with code 7');
    expect(await theatre.service.workload.list()).toEqual([V1]);
  });

  it('keeps a split that was set and verified although its function fails afterwards', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.around = async (name, run) => {
      const answer = await run();
      if (name === 'set-split') {
        throw Object.assign(new Error('broken'), { name: 'AwsCallRefused' });
      }
      return answer;
    };

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ [V1]: 50, [V2]: 50 });
  });

  it('restores the split before when the router refuses the new one', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.world.faults.add({
      verb: 'router.verifySplit',
      kind: 'before',
      times: 1,
      code: 'AwsCallRefused',
    });

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: V1 });
  });

  it('says where traffic is when restoring fails, too', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.world.faults.add({
      verb: 'router.verifySplit',
      kind: 'before',
      times: 9,
      code: 'AwsCallRefused',
    });

    const ended = await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'RollbackFailed' });
    expect(ended.cause).toContain(`traffic is at ${V1} 100 %`);
    expect((await theatre.world.store.loadService('shop')).holder).toBeNull();
  });

  it.each([
    ['WaitForTasks', 'Aborted'],
    ['SetSplit', 'Aborted'],
  ])('gives traffic back when its execution is stopped in %s', async (state, outcome) => {
    const theatre = await aServiceUnderManualSplit();
    const execution = theatre.startSplit('split-1', { [V1]: 50, [V2]: 50 });
    theatre.service.workload.behave(V2, { readyAfter: 1 });
    theatre.onEntered = (entered) => {
      if (entered === state) {
        theatre.onEntered = () => undefined;
        theatre.stop(execution);
      }
    };

    await theatre.advance(1800);

    expect(await theatre.world.store.loadSplitChange('split-1')).toMatchObject({
      phase: 'completed',
      outcome,
    });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect((await theatre.world.store.loadService('shop')).holder).toBeNull();
  });

  it('finishes the removal when its execution is stopped after the split was set', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });
    const execution = theatre.startSplit('split-2', { [V2]: 100 });
    theatre.onEntered = (entered) => {
      if (entered === 'WaitForDrain') {
        theatre.onEntered = () => undefined;
        theatre.stop(execution);
      }
    };

    await theatre.advance(1800);

    expect(await theatre.world.store.loadSplitChange('split-2')).toMatchObject({ outcome: 'Applied' });
    expect(await theatre.split()).toEqual({ [V2]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V2]);
  });

  it('refuses a version that was never built, and lists those that were', async () => {
    const theatre = await aServiceUnderManualSplit();

    const ended = await theatre.applySplit('split-1', { [V1]: 50, dddddddd: 50 });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(ended.cause).toContain('version "dddddddd" of service "shop" was never built');
    expect(ended.cause).toContain([V3, V2, V1].join(', '));
    expect((await theatre.world.store.loadService('shop')).holder).toBeNull();
  });

  it('refuses weights that do not sum to 100, and a service that is not under manual split', async () => {
    const theatre = await aServiceUnderManualSplit();

    expect(await theatre.applySplit('split-1', { [V1]: 50, [V2]: 40 })).toMatchObject({ error: 'Rejected' });
    theatre.putUnderManualSplit(false);
    const ended = await theatre.applySplit('split-2', { [V1]: 50, [V2]: 50 });

    expect(ended).toMatchObject({ error: 'Rejected' });
    expect(ended.cause).toContain('not under manual split');
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('refuses to run what may only run alone beside another version', async () => {
    const theatre = await aServiceUnderManualSplit();
    const alone = aRolloutInput({ commit: aCommit('d'), deploy: { strategy: 'all_at_once' } });
    await theatre.release('shop-4', alone);

    const ended = await theatre.applySplit('split-1', { dddddddd: 100 });

    expect(ended).toMatchObject({ error: 'Rejected' });
    expect(ended.cause).toContain('may only run alone');
  });

  it('supersedes a rollout that runs, and waits until it has given its traffic back', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    const rollout = theatre.start('shop-2', aRolloutInput({ commit: aCommit('b') }));
    await theatre.advance(120);
    theatre.putUnderManualSplit(true);

    const ended = await theatre.applySplit('split-1', { [V1]: 75, [V2]: 25 });

    expect((await theatre.run(rollout)).error).toBe('Superseded');
    expect(ended.status).toBe('SUCCEEDED');
    expect(await theatre.split()).toEqual({ [V1]: 75, [V2]: 25 });
  });

  it('waits for the recovery of a rollout that died half-way: what is half-done is not the operator’s', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    const rollout = theatre.start('shop-2', aRolloutInput({ commit: aCommit('b') }));
    await theatre.advance(150);
    theatre.recovers = false;
    theatre.stop(rollout);
    const halfDone = await theatre.split();
    theatre.putUnderManualSplit(true);

    const change = theatre.startSplit('split-1', { [V1]: 75, [V2]: 25 });
    await theatre.advance(300);

    expect(halfDone[V2]).toBeGreaterThan(0);
    expect(await theatre.split()).toEqual(halfDone);
    expect(theatre.engine.describe(change)).toMatchObject({ status: 'RUNNING' });
  });

  it('makes way for a newer one', async () => {
    const theatre = await aServiceUnderManualSplit();
    theatre.service.workload.behave(V2, { readyAfter: Number.POSITIVE_INFINITY });
    const first = theatre.startSplit('split-1', { [V1]: 50, [V2]: 50 });
    await theatre.advance(60);

    const ended = await theatre.applySplit('split-2', { [V1]: 60, [V3]: 40 });

    expect((await theatre.run(first)).error).toBe('Superseded');
    expect(ended.status).toBe('SUCCEEDED');
    expect(await theatre.split()).toEqual({ [V1]: 60, [V3]: 40 });
    expect(await theatre.service.workload.list()).toEqual([V1, V3]);
  });
});

describe('recoverSplit', () => {
  it('takes an execution that ended before it had the lease it waited for out of the queue', async () => {
    const world = new MemoryWorld(NOON);
    const execution = 'arn:aws:states:us-west-2:000000000000:execution:demo-split:split-1';
    const claimant = { rolloutId: 'split-1', execution, startedAt: iso(0) };
    await world.store.saveService({ ...emptyServiceState('shop'), waiting: claimant });
    await world.store.saveSplitChange({
      id: 'split-1',
      service: 'shop',
      wanted: { [V1]: 100 },
      before: {},
      execution,
      fence: 1,
      adoptedFrom: null,
      phase: 'claimed',
      startedAt: iso(0),
      leftovers: [],
    });
    const change = { executionArn: execution, name: 'split-1', status: 'ABORTED' as const };

    const { action } = await recoverSplit(world, { ...change, input: '{"service":"shop"}' });

    expect(action).toBe('left_queue');
    expect((await world.store.loadService('shop')).waiting).toBeNull();
  });
});

describe('a service that is taken out of manual split', () => {
  it('rolls out by itself again from the version that has 100', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });
    await theatre.applySplit('split-2', { [V2]: 100 });
    theatre.putUnderManualSplit(false);

    const ended = await theatre.release('shop-4', aRolloutInput({ commit: aCommit('d') }));

    expect(ended.status).toBe('SUCCEEDED');
    expect(await theatre.world.store.loadRollout('shop-4')).toMatchObject({
      outcome: 'Promoted',
      stable: V2,
    });
  });

  it('refuses a release while several versions share traffic, and says what to do', async () => {
    const theatre = await aServiceUnderManualSplit();
    await theatre.applySplit('split-1', { [V1]: 50, [V2]: 50 });
    theatre.putUnderManualSplit(false);

    const ended = await theatre.release('shop-4', aRolloutInput({ commit: aCommit('d') }));

    expect(ended).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(ended.cause).toContain(`${V1} 50 %, ${V2} 50 %; allowed: one version at 100`);
    expect(await theatre.split()).toEqual({ [V1]: 50, [V2]: 50 });
  });
});
