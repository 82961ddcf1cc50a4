import { CanaryError } from '../../core/errors';
import { FunctionError } from '../../rehearsal/contracts';
import { StateFailure } from '../../rehearsal/state-machine/errors';
import { V1, V2 } from '../_helpers/adversity';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

// Each of these was found by `make prove`.

const V3 = 'cccccccc';
const bad = { errors: 500 };
const killed = () => new FunctionError('Lambda.Unknown', 'killed', '{"errorMessage":"killed"}');

async function aServiceInProduction(deploy: Record<string, unknown> = {}): Promise<Theatre> {
  const theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a'), deploy }));
  return theatre;
}

function release(theatre: Theatre, letter: string, deploy: Record<string, unknown> = {}): string {
  return theatre.start(`shop-${letter}`, aRolloutInput({ commit: aCommit(letter), deploy }));
}

const record = (theatre: Theatre, id: string) => theatre.world.store.loadRollout(id);
const service = (theatre: Theatre) => theatre.world.store.loadService('shop');
const told = (theatre: Theatre, id: string) =>
  theatre.world.notifier.events.filter((event) => 'outcome' in event && event.rollout === id);

/** Lets a verb fail in a function as long as `isBroken` says so. */
function failIn(theatre: Theatre, name: string, verb: string, isBroken: () => boolean): void {
  theatre.around = async (each, run) => {
    if (each === name && isBroken()) {
      theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused' });
    }
    return run().finally(() => theatre.world.faults.clear());
  };
}

describe('the end of a rollout', () => {
  it('is told although the function died after it had written the outcome', async () => {
    const theatre = await aServiceInProduction();
    const { notifier } = theatre.world;
    const notify = notifier.notify.bind(notifier);
    let isAlive = false;
    notifier.notify = async (event) => {
      if (event.type === 'RolloutCompleted' && !isAlive) {
        isAlive = true;
        throw new CanaryError('AwsCallFailed', 'killed');
      }
      return notify(event);
    };
    await theatre.run(release(theatre, 'b'));
    await theatre.advance(600);

    expect(told(theatre, 'shop-b')).toHaveLength(1);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Promoted', isTold: true });
  });

  it('frees the lease by recovery when the outcome is on record and the function may not free it', async () => {
    const theatre = await aServiceInProduction();
    let isBroken = true;
    theatre.around = async (name, run) => {
      if (name === 'complete-rollout' && isBroken) {
        const { store } = theatre.world;
        const saveService = store.saveService.bind(store);
        store.saveService = async () => {
          throw new CanaryError('AwsCallRefused', 'denied');
        };
        return run().finally(() => {
          store.saveService = saveService;
          isBroken = false;
        });
      }
      return run();
    };
    await theatre.run(release(theatre, 'b'));
    await theatre.advance(600);

    expect(await service(theatre)).toMatchObject({ holder: null, stable: V2 });
    expect(told(theatre, 'shop-b')).toHaveLength(1);
  });

  it('is RollbackFailed, not FailedNoChange, when the rollback could not even begin', async () => {
    const theatre = await aServiceInProduction();
    theatre.callersSee((version) => (version === V2 ? bad : {}));
    failIn(theatre, 'roll-back', 'router.getSplit', () => true);
    await theatre.run(release(theatre, 'b'));

    const ended = await record(theatre, 'shop-b');
    expect(ended).toMatchObject({ outcome: 'RollbackFailed', leftovers: [V2] });
    expect(ended?.reason).toContain('traffic is at: aaaaaaaa 90 %, bbbbbbbb 10 %');
  });

  it('is on record when the rollout failed between writing its record and taking the lease', async () => {
    const theatre = await aServiceInProduction();
    failIn(theatre, 'claim-rollout', 'store.saveService', () => true);
    const execution = await theatre.run(release(theatre, 'b'));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'FailedNoChange' });
    expect(await record(theatre, 'shop-b')).toMatchObject({ phase: 'completed', outcome: 'FailedNoChange' });
  });
});

describe('a rollout that fails before it holds the lease, and then cannot roll back either', () => {
  it('is completed all the same', async () => {
    const theatre = await aServiceInProduction();
    theatre.around = async (name, run) => {
      const verb = { 'claim-rollout': 'store.saveService', 'roll-back': 'store.loadRollout' }[name];
      if (verb !== undefined) {
        theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused' });
      }
      return run().finally(() => theatre.world.faults.clear());
    };
    await theatre.run(release(theatre, 'b'));

    expect(await record(theatre, 'shop-b')).toMatchObject({ phase: 'completed', outcome: 'FailedNoChange' });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });
});

describe('a promotion that fails half-way', () => {
  it('takes the canary off the record as stable when it gives traffic back', async () => {
    const theatre = await aServiceInProduction();
    const { store } = theatre.world;
    const saveRollout = store.saveRollout.bind(store);
    store.saveRollout = async (each) => {
      if (each.phase === 'promoted') {
        throw new CanaryError('AwsCallRefused', 'denied');
      }
      return saveRollout(each);
    };
    await theatre.run(release(theatre, 'b'));

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await service(theatre)).toMatchObject({ stable: V1, holder: null });
  });
});

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

describe('what is left behind', () => {
  it('is removed by the next release, though it has a target and no tasks', async () => {
    const theatre = await aServiceInProduction();
    failIn(theatre, 'create-version', 'workload.create', () => true);
    const around = theatre.around;
    let isBroken = true;
    theatre.around = async (name, run) => {
      if (name === 'remove-version' && isBroken) {
        throw killed();
      }
      return around(name, run);
    };
    await theatre.run(release(theatre, 'b'));
    expect((await record(theatre, 'shop-b'))?.leftovers).toEqual([V2]);
    isBroken = false;
    theatre.around = (_name, run) => run();
    expect((await service(theatre)).leftovers).toEqual([V2]);
    await theatre.run(release(theatre, 'c'));

    expect(theatre.service.router.knownTargets()).toEqual([V3]);
    expect((await service(theatre)).leftovers).toBeUndefined();
  });
});

describe('a newer release', () => {
  it('does not make way for an older one that still waits for its turn', async () => {
    const theatre = await aServiceInProduction();
    release(theatre, 'b');
    await theatre.advance(100);
    release(theatre, 'c');
    let newest = '';
    theatre.onEntered = (state, { executionArn }) => {
      if (state === 'HowDidItEnd' && executionArn.endsWith('shop-b') && newest === '') {
        newest = release(theatre, 'd');
      }
    };
    await theatre.advance(3600);

    expect(newest).not.toBe('');
    expect((await record(theatre, 'shop-d'))?.outcome).toBe('Promoted');
    expect(await service(theatre)).toMatchObject({ holder: null, waiting: null, stable: 'dddddddd' });
  });
});

describe('what a first release leaves behind', () => {
  it('is named by the next first release, too, when that cannot remove it either', async () => {
    const theatre = new Theatre();
    theatre.callersSee((version) => (version === V1 ? bad : {}));
    failIn(theatre, 'remove-version', 'workload.remove', () => true);
    await theatre.run(release(theatre, 'a'));
    await theatre.run(release(theatre, 'b'));

    expect((await record(theatre, 'shop-a'))?.leftovers).toEqual([V1]);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Promoted', leftovers: [V1] });
  });
});

describe('recovery', () => {
  it('goes on when a recovery failed before it had taken the service over', async () => {
    const theatre = await aServiceInProduction();
    const execution = release(theatre, 'b');
    await theatre.advance(120);
    let isFirst = true;
    theatre.around = async (name, run) => {
      if (name === 'claim-rollout' && isFirst) {
        isFirst = false;
        theatre.world.faults.add({ verb: 'store.loadRollout', kind: 'before', code: 'AwsCallRefused' });
      }
      return run();
    };
    theatre.stop(execution);
    await theatre.advance(1200);

    expect(isFirst).toBe(false);
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await service(theatre)).toMatchObject({ holder: null });
  });

  it('outlasts an outage of ten minutes', async () => {
    const theatre = await aServiceInProduction();
    const { directory } = theatre.world;
    const load = directory.load.bind(directory);
    const execution = release(theatre, 'b');
    await theatre.advance(120);
    directory.load = async () => {
      throw new CanaryError('AwsCallFailed', 'an outage');
    };
    await theatre.advance(600);
    directory.load = load;
    await theatre.advance(3600);

    expect(theatre.engine.describe(execution)?.status).toBe('FAILED');
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await service(theatre)).toMatchObject({ holder: null });
  });

  it('works when a person invokes it again, though it was tried five times in vain', async () => {
    const theatre = await aServiceInProduction();
    const { directory } = theatre.world;
    const load = directory.load.bind(directory);
    release(theatre, 'b');
    await theatre.advance(120);
    directory.load = async () => {
      throw new CanaryError('AwsCallFailed', 'an outage');
    };
    await theatre.advance(3 * 3600);
    expect(theatre.unrecovered).toHaveLength(1);
    directory.load = load;
    for (const lost of theatre.unrecovered.splice(0)) {
      void theatre.recover(lost);
    }
    await theatre.advance(600);

    expect(theatre.unrecovered).toEqual([]);
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await service(theatre)).toMatchObject({ holder: null });
  });
});

describe('a rollout that cannot go on in a new execution', () => {
  it('gives all traffic back', async () => {
    const theatre = await aServiceInProduction();
    const start = theatre.engine.start.bind(theatre.engine);
    theatre.engine.start = (request) => {
      if (request.name.includes('--continued')) {
        throw new StateFailure('States.Permissions', 'denied');
      }
      return start(request);
    };
    theatre.around = async (name, run) => {
      const answer = await run();
      return name === 'claim-rollout' ? { ...(answer as object), checks: 1998 } : answer;
    };
    // Too few requests to judge: every check holds.
    theatre.callersSee((version) => (version === V2 ? { requests: 2 } : {}));
    await theatre.run(release(theatre, 'b', { health: { interval: 10 } }));

    expect(await theatre.split()).toEqual({ [V1]: 100 });
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'RolledBack' });
    expect(await theatre.service.workload.list()).toEqual([V1]);
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
