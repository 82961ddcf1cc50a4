import { CanaryError } from '../../core/errors';
import { aBinding, aCommit, aRolloutInput } from '../_helpers/builders';
import { neverTwo } from '../_helpers/never-two';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const V3 = 'cccccccc';
const ALONE = { deploy: { strategy: 'all_at_once', bake_time: 120 } };
const release = (letter: string, changes: Record<string, unknown> = {}) =>
  aRolloutInput({ commit: aCommit(letter), ...ALONE, ...changes });

const aTheatre = () => {
  const { theatre, together } = neverTwo(new Theatre());
  return Object.assign(theatre, { together });
};

async function inProduction(): Promise<ReturnType<typeof aTheatre>> {
  const theatre = aTheatre();
  await theatre.release('shop-1', release('a'));
  theatre.splits.length = 0;
  theatre.states.length = 0;
  return theatre;
}

/** Exactly one version has tasks, and it has all traffic. */
async function expectOnly(theatre: ReturnType<typeof aTheatre>, version: string): Promise<void> {
  expect(theatre.together).toEqual([]);
  expect(await theatre.split()).toEqual({ [version]: 100 });
  expect(await theatre.service.workload.list()).toEqual([version]);
  expect(theatre.service.workload.alive()).toEqual([version]);
  expect(await theatre.world.store.loadService('shop')).toMatchObject({ holder: null, stable: version });
}

describe('a rollout all at once', () => {
  it('is promoted as a first release', async () => {
    const theatre = aTheatre();
    expect(await theatre.release('shop-1', release('a'))).toMatchObject({ status: 'SUCCEEDED' });
    await expectOnly(theatre, V1);
  });

  it('stops the old version, waits until it is gone, and only then starts the new one', async () => {
    const theatre = await inProduction();
    theatre.service.workload.behave(V1, { endsAfter: 4 });
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({ status: 'SUCCEEDED' });
    expect(theatre.splits).toEqual([{ [V1]: 0, [V2]: 100 }, { [V2]: 100 }]);
    const entered = theatre.states.filter(({ kind }) => kind === 'entered').map(({ state }) => state);
    expect(entered.filter((state) => state === 'StopStable').length).toBeGreaterThan(2);
    await expectOnly(theatre, V2);
  });

  it.each([
    ['is worse than its limits', {}, { errors: 500 }],
    ['dies at start', { crash: { reason: 'exit code 1: cannot read its files' } }, {}],
    ['is never ready', { readyAfter: Number.POSITIVE_INFINITY }, {}],
    ['does not end at once when told to', { endsAfter: 20 }, { errors: 500 }],
    ['gets no traffic that is measured', {}, null],
  ])('brings the old version back, at its size, when the new one %s', async (_what, behaviour, seen) => {
    const theatre = await inProduction();
    await theatre.service.workload.scale(V1, 3);
    theatre.service.workload.behave(V2, behaviour);
    theatre.callersSee((version) => (version === V2 ? seen : {}));
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({ error: 'RolledBack' });
    await expectOnly(theatre, V1);
    expect(await theatre.service.workload.describe(V1)).toMatchObject({ desired: 3, ready: 3 });
  });

  it('names the new version as left behind when the function dies that had just brought the old one back', async () => {
    const theatre = await inProduction();
    theatre.callersSee((version) => (version === V2 ? { errors: 500 } : {}));
    const { store } = theatre.world;
    const appendEntry = store.appendEntry.bind(store);
    store.appendEntry = async (id, entry) => {
      if (entry.kind === 'note' && entry.text.includes('serves again')) {
        throw new CanaryError('AwsCallRefused', 'may not write', {});
      }
      return appendEntry(id, entry);
    };
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({ error: 'RolledBack' });
    expect(await store.loadRollout('shop-2')).toMatchObject({
      outcome: 'RolledBack',
      leftovers: [V2],
      reason: expect.stringContaining(`left behind: ${V2}`),
    });
  });

  it('brings the old version back when it does not end in time', async () => {
    const theatre = await inProduction();
    theatre.service.workload.behave(V1, { endsAfter: 200 });
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('did not end'),
    });
    await expectOnly(theatre, V1);
  });

  it.each([
    'StopStable',
    'WaitForStop',
    'CreateVersion',
    'WaitForTasks',
    'ShiftTraffic',
    'EvaluateHealth',
    'PromoteVersion',
    'RollBack',
    'RestoreStable',
    'WaitForStable',
  ])('ends with one version when its execution is stopped in %s', async (state) => {
    const theatre = await inProduction();
    const isBad = ['RollBack', 'RestoreStable', 'WaitForStable'].includes(state);
    theatre.callersSee((version) => (version === V2 && isBad ? { errors: 500 } : {}));
    let execution = '';
    let isStopped = false;
    theatre.onEntered = (entered) => {
      if (entered === state && !isStopped) {
        isStopped = true;
        theatre.stop(execution);
      }
    };
    execution = theatre.start('shop-2', release('b'));
    await theatre.advance(3600);
    expect(isStopped).toBe(true);
    await expectOnly(theatre, V1);
  });

  it('hands over to a newer release with the old version in between', async () => {
    const theatre = await inProduction();
    const second = theatre.start('shop-2', release('b'));
    await theatre.advance(60);
    const third = theatre.start('shop-3', release('c'));
    expect(await theatre.run(second)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(third)).toMatchObject({ status: 'SUCCEEDED' });
    await expectOnly(theatre, V3);
  });

  it('is superseded before it stops anything when a newer release waits already', async () => {
    const theatre = await inProduction();
    theatre.around = async (name, run) => {
      if (name === 'stop-stable') {
        const state = await theatre.world.store.loadService('shop');
        const waiting = { rolloutId: 'shop-9', execution: 'arn', startedAt: '2099-01-01T00:00:00Z' };
        await theatre.world.store.saveService({ ...state, waiting: state.waiting ?? waiting });
      }
      return run();
    };
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({ error: 'Superseded' });
    expect(theatre.states.some(({ state }) => state === 'RestoreStable')).toBe(false);
    expect(theatre.service.workload.alive()).toEqual([V1]);
  });

  it('gives traffic back to the old version when somebody edits the split meanwhile', async () => {
    const theatre = await inProduction();
    theatre.onEntered = (state) => {
      if (state === 'WaitForTraffic') {
        void theatre.service.router.setSplit({ weights: { [V1]: 40, [V2]: 60 } });
        theatre.onEntered = () => undefined;
      }
    };
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('somebody else changed the split'),
    });
    await expectOnly(theatre, V1);
  });

  it('takes traffic from the old version again that somebody gives it after the promotion, for it cannot answer', async () => {
    const theatre = await inProduction();
    theatre.onEntered = (state) => {
      if (state === 'WaitForDrain') {
        theatre.onEntered = () => undefined;
        void theatre.service.router.setSplit({ weights: { [V1]: 50, [V2]: 50 } });
      }
    };
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({ status: 'SUCCEEDED' });
    await expectOnly(theatre, V2);
  });

  it('fails loudly, and says what runs, when the old version does not come back', async () => {
    const theatre = await inProduction();
    theatre.callersSee((version) => (version === V2 ? { errors: 500 } : {}));
    theatre.service.workload.behave(V1, { readyAfter: 1000 });
    expect(await theatre.release('shop-2', release('b'))).toMatchObject({
      error: 'RollbackFailed',
      cause: expect.stringMatching(/traffic is at .*aaaaaaaa.*"aaaaaaaa" has 0 of 1 tasks ready/s),
    });
    expect(theatre.together).toEqual([]);
    expect(theatre.world.notifier.events.map(({ type }) => type)).toContain('RolloutCompleted');
  });

  it('takes the work of a dead rollout over, and brings its old version back when it fails itself', async () => {
    const theatre = await inProduction();
    theatre.around = async (name, run) => {
      if (name === 'create-version') {
        throw new Error('never reached');
      }
      return run();
    };
    const dead = theatre.start('shop-2', release('b'));
    await theatre.advance(3);
    // Recovery does not hear of it: its event is lost.
    theatre.recovers = false;
    theatre.stop(dead);
    theatre.around = (_name, run) => run();
    theatre.callersSee((version) => (version === V3 ? { errors: 500 } : {}));
    expect(theatre.service.workload.alive()).toEqual([V1]);
    expect(await theatre.release('shop-3', release('c'))).toMatchObject({ error: 'RolledBack' });
    await expectOnly(theatre, V1);
  });

  it('starts a stopped version again before another strategy goes on', async () => {
    const theatre = await inProduction();
    theatre.recovers = false;
    const dead = theatre.start('shop-2', release('b'));
    theatre.onEntered = (state) => {
      if (state === 'WaitForTasks') {
        theatre.onEntered = () => undefined;
        theatre.stop(dead);
      }
    };
    await theatre.advance(300);
    expect(await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }))).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('release once more'),
    });
    await expectOnly(theatre, V1);
  });
});

describe('data that outlives versions', () => {
  const withData = (deploy: object, task: object = {}) =>
    release('b', {
      deploy: { strategy: 'all_at_once', ...deploy },
      task_definition: { container: { data_path: '/var/lib/data' }, ...task },
    });
  const rejected = async (input: Record<string, unknown>, hasVolume: boolean) => {
    const theatre = await inProduction();
    if (hasVolume) {
      theatre.world.directory.add(aBinding({ volume: { fileSystemId: 'fs-1', accessPointId: 'fsap-1' } }));
    }
    const record = await theatre.release('shop-2', input);
    return { record, theatre };
  };

  it('is admitted for a service with a volume', async () => {
    const { record } = await rejected(withData({}), true);
    expect(record).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['without a volume', withData({}), false, 'task_definition.container.data_path'],
    ['with strategy blue_green', withData({ strategy: 'blue_green' }), true, 'deploy.strategy'],
    ['with two tasks', withData({}, { desired_count: 2 }), true, 'task_definition.desired_count'],
  ])('refuses it %s, and touches nothing', async (_what, input, hasVolume, path) => {
    const { record, theatre } = await rejected(input, hasVolume);
    expect(record).toMatchObject({ error: 'Rejected', cause: expect.stringContaining(path) });
    expect(theatre.splits).toEqual([]);
    expect(theatre.service.workload.alive()).toEqual([V1]);
  });
});
