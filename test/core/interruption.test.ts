import { CanaryError } from '../../core/errors';
import { StateFailure } from '../../rehearsal/state-machine/errors';
import { V1, V2 } from '../_helpers/adversity';
import { aServiceInProduction, failIn, record, release, service, told } from '../_helpers/in-production';

// Each of these was found by `make prove`.

const bad = { errors: 500 };

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
    expect(ended?.reason).toContain('traffic is at aaaaaaaa 90 %, bbbbbbbb 10 %');
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
