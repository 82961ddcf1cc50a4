import { CanaryError } from '../../core/errors';
import { FunctionError } from '../../rehearsal/contracts';
import { V1, V2 } from '../_helpers/adversity';
import { aServiceInProduction, failIn, record, release, service } from '../_helpers/in-production';
import { Theatre } from '../_helpers/theatre';

// Each of these was found by `make prove`.

const V3 = 'cccccccc';
const bad = { errors: 500 };
const killed = () => new FunctionError('Lambda.Unknown', 'killed', '{"errorMessage":"killed"}');

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

  it('is removed also where it is the target of what a rollout replaced that died before it could name it', async () => {
    const theatre = await aServiceInProduction();
    theatre.recovers = false;
    theatre.around = async (name, run) => {
      if (name === 'complete-rollout') {
        throw killed();
      }
      if (name === 'remove-version') {
        theatre.world.faults.add({ verb: 'router.removeTarget', kind: 'before', code: 'AwsCallRefused' });
      }
      return run().finally(() => theatre.world.faults.clear());
    };
    await theatre.run(release(theatre, 'b'));
    expect(theatre.service.workload.alive()).toEqual([V2]);
    expect(theatre.service.router.knownTargets()).toEqual([V1, V2]);
    theatre.around = (_name, run) => run();
    await theatre.run(release(theatre, 'c'));

    expect((await record(theatre, 'shop-c'))?.outcome).toBe('Promoted');
    expect(theatre.service.router.knownTargets()).toEqual([V3]);
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

describe('a version that a failed rollback left behind moments ago', () => {
  it('drains before a release that makes way at once removes it', async () => {
    const theatre = await aServiceInProduction();
    await theatre.world.store.saveService({ ...(await service(theatre)), leftovers: [V2] });
    const entered = new Map<string, number>();
    const superseded = release(theatre, 'c');
    theatre.onEntered = (state, { executionArn }) => {
      if (executionArn === superseded && !entered.has(state)) {
        entered.set(state, theatre.clock.now());
      }
    };
    await theatre.advance(1);
    release(theatre, 'd');

    expect(await theatre.run(superseded)).toMatchObject({ error: 'Superseded' });
    const seconds = ((entered.get('RemoveVersion') ?? 0) - (entered.get('RollBack') ?? 0)) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(30);
  });
});

describe('a first version that was being taken back when its rollout died', () => {
  it('is not adopted as stable by the next release: nobody gets it any more', async () => {
    const theatre = new Theatre();
    theatre.callersSee((version) => (version === V1 ? bad : {}));
    theatre.recovers = false;
    failIn(theatre, 'roll-back', 'router.setSplit', () => true);
    theatre.onEntered = (state, { executionArn }) => {
      if (state === 'ReportRollbackFailure') {
        theatre.stop(executionArn);
      }
    };
    await theatre.run(release(theatre, 'a'));
    expect(await theatre.split()).toEqual({ [V1]: 100 });
    theatre.around = (_name, run) => run();
    const next = release(theatre, 'b');
    await theatre.advance(5);
    expect(await theatre.split()).toEqual({});

    await theatre.run(next);
    expect(await record(theatre, 'shop-b')).toMatchObject({ outcome: 'Promoted', stable: null });
    expect(theatre.service.router.knownTargets()).toEqual([V2]);
  });
});

describe('the lease of a rollout that is complete', () => {
  it('is freed by a recovery that cannot claim the service, too', async () => {
    const theatre = await aServiceInProduction();
    const broken = new Map([['complete-rollout', 'store.saveService']]);
    theatre.around = (name, run) => {
      const verb = broken.get(name);
      if (verb !== undefined) {
        theatre.world.faults.add({ verb, kind: 'before', code: 'AwsCallRefused' });
        broken.set('claim-rollout', 'store.loadService');
      }
      return run().finally(() => theatre.world.faults.clear());
    };
    await theatre.run(release(theatre, 'b'));
    await theatre.advance(60);

    expect(await record(theatre, 'shop-b')).toMatchObject({ phase: 'completed', outcome: 'Promoted' });
    expect((await service(theatre)).holder).toBeNull();
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
