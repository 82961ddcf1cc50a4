import { V1, V2 } from '../_helpers/adversity';
import { aServiceInProduction, record, release, service } from '../_helpers/in-production';

// Each of these was found by `make prove`.

const bad = { errors: 500 };

describe('a call that comes late', () => {
  it('cannot leave traffic on a canary whose execution was stopped', async () => {
    const theatre = await aServiceInProduction();
    const { router } = theatre.service;
    const setSplit = router.setSplit.bind(router);
    let isFirst = true;
    const execution = release(theatre, 'b', { steps: [50] });
    router.setSplit = async (split) => {
      if (isFirst) {
        isFirst = false;
        theatre.stop(execution);
        await theatre.clock.sleep(9000);
      }
      await setSplit(split);
    };
    await theatre.advance(600);

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual([V1]);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Aborted', leftovers: [] });
  });

  it('cannot leave tasks of a canary behind whose execution was stopped', async () => {
    const theatre = await aServiceInProduction();
    const { workload } = theatre.service;
    const create = workload.create.bind(workload);
    const execution = release(theatre, 'b');
    workload.create = async (spec) => {
      theatre.stop(execution);
      await theatre.clock.sleep(9000);
      await create(spec);
    };
    await theatre.advance(600);

    expect(await workload.list()).toEqual([V1]);
    expect(theatre.service.router.knownTargets()).toEqual([V1]);
  });

  it('cannot take the lease for a rollout that was stopped, and keep it', async () => {
    const theatre = await aServiceInProduction();
    const { store } = theatre.world;
    const saveVersion = store.saveVersion.bind(store);
    const execution = release(theatre, 'b');
    store.saveVersion = async (version) => {
      theatre.stop(execution);
      await theatre.clock.sleep(9000);
      await saveVersion(version);
    };
    await theatre.advance(600);

    expect(await service(theatre)).toMatchObject({ holder: null, waiting: null });
    expect(await record(theatre, 'shop-b')).toMatchObject({ phase: 'completed' });
  });

  it('cannot run two versions of all_at_once together', async () => {
    const theatre = await aServiceInProduction({ strategy: 'all_at_once' });
    const { workload } = theatre.service;
    const create = workload.create.bind(workload);
    const execution = release(theatre, 'b', { strategy: 'all_at_once' });
    const together: (readonly string[])[] = [];
    workload.create = async (spec) => {
      theatre.stop(execution);
      await theatre.clock.sleep(9000);
      await create(spec);
      together.push(workload.alive());
    };
    await theatre.advance(1200);

    expect(together).toEqual([[V2]]);
    expect(workload.alive()).toEqual([V1]);
  });
});

describe('a late call that stops stable', () => {
  it('comes before stable starts again, although the first look of its recovery failed', async () => {
    const theatre = await aServiceInProduction({ strategy: 'all_at_once' });
    const { workload } = theatre.service;
    const scale = workload.scale.bind(workload);
    const execution = release(theatre, 'b', { strategy: 'all_at_once' });
    workload.scale = async (version, desired) => {
      if (desired === 0) {
        workload.scale = scale;
        theatre.stop(execution);
        await theatre.clock.sleep(9000);
      }
      await scale(version, desired);
    };
    theatre.onEntered = (state) => {
      if (state === 'RestoreStable') {
        theatre.onEntered = () => undefined;
        theatre.world.faults.add({ verb: 'workload.list', kind: 'before' });
      }
    };
    await theatre.advance(1200);

    expect(workload.peek(V1)).toMatchObject({ desired: 1, ready: 1 });
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Aborted', phase: 'completed' });
  });
});

describe('a late record of the size of stable, saved before stable is stopped', () => {
  it('reaches the recovery that takes the rollout over meanwhile, which then starts stable again', async () => {
    const theatre = await aServiceInProduction({ strategy: 'all_at_once' });
    const { store } = theatre.world;
    const saveRollout = store.saveRollout.bind(store);
    const saveService = store.saveService.bind(store);
    const execution = release(theatre, 'b', { strategy: 'all_at_once' });
    let letItCome: () => void = () => undefined;
    const comes = new Promise<void>((resolve) => {
      letItCome = resolve;
    });
    let isLate = false;
    store.saveRollout = async (each) => {
      if (!isLate && each.stableTasks !== undefined) {
        isLate = true;
        theatre.stop(execution);
        await comes;
        await saveRollout(each);
        letItCome();
        return;
      }
      await saveRollout(each);
    };
    store.saveService = async (state) => {
      if (isLate) {
        // The recovery has read the record by now.
        letItCome();
        await theatre.clock.sleep(1000);
      }
      return saveService(state);
    };
    await theatre.advance(1200);

    expect(theatre.service.workload.alive()).toEqual([V1]);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Aborted', stableTasks: 1 });
  });

  it('is refused once a newer rollout has taken the service over, so that stable goes on', async () => {
    const theatre = await aServiceInProduction();
    theatre.recovers = false;
    const { store } = theatre.world;
    const saveRollout = store.saveRollout.bind(store);
    const dead = release(theatre, 'b', { strategy: 'all_at_once' });
    let late: unknown;
    store.saveRollout = async (each) => {
      if (late === undefined && each.stableTasks !== undefined) {
        late = 'on its way';
        theatre.stop(dead);
        await theatre.clock.sleep(30_000);
        await saveRollout(each).catch((error) => {
          late = error;
          throw error;
        });
      }
      await saveRollout(each);
    };
    await theatre.advance(5);
    release(theatre, 'c', { steps: [50] });
    await theatre.advance(60);

    expect(late).toMatchObject({ code: 'LeaseLost' });
    expect(theatre.service.workload.alive()).toContain(V1);
  });
});

describe('a split that somebody else sets while a version is being removed', () => {
  it('is put back after a rollback, and the removal goes on', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? bad : {}));
    const { router } = theatre.service;
    const removeTarget = router.removeTarget.bind(router);
    let isFirst = true;
    router.removeTarget = async (version) => {
      if (isFirst) {
        isFirst = false;
        await router.setSplit({ weights: { [V1]: 50, [V2]: 50 } });
      }
      await removeTarget(version);
    };
    await theatre.run(release(theatre, 'b'));

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(router.knownTargets()).toEqual([V1]);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'RolledBack', leftovers: [] });
  });

  it('is left after a promotion as long as the old version can serve, and said in the record', async () => {
    const theatre = await aServiceInProduction();
    theatre.onEntered = (state) => {
      if (state === 'WaitForDrain') {
        theatre.onEntered = () => undefined;
        void theatre.service.router.setSplit({ weights: { [V1]: 100 } });
      }
    };
    await theatre.run(release(theatre, 'b'));

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(theatre.service.workload.alive()).toContain(V1);
    const ended = await record(theatre, 'shop-b');
    expect(ended?.reason).toContain('somebody else set the split to aaaaaaaa 100 %');
  });
});

describe('a take-over that is superseded at once', () => {
  it('drains the version from which it took traffic before that is removed', async () => {
    const theatre = await aServiceInProduction();
    const dead = release(theatre, 'b');
    await theatre.advance(150);
    theatre.recovers = false;
    theatre.stop(dead);
    const { workload, router } = theatre.service;
    let movedAt = 0;
    let removedAt = Number.POSITIVE_INFINITY;
    const setSplit = router.setSplit.bind(router);
    router.setSplit = async (split) => {
      movedAt = movedAt === 0 ? theatre.clock.now() : movedAt;
      await setSplit(split);
    };
    const remove = workload.remove.bind(workload);
    workload.remove = async (version) => {
      removedAt = version === V2 ? Math.min(removedAt, theatre.clock.now()) : removedAt;
      return remove(version);
    };

    const superseded = release(theatre, 'c');
    await theatre.advance(1);
    release(theatre, 'd');

    expect(await theatre.run(superseded)).toMatchObject({ error: 'Superseded' });
    expect(removedAt - movedAt).toBeGreaterThanOrEqual(30_000);
  });
});
