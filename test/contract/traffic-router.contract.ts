import type { TrafficRouter } from '../../core/ports/traffic-router';
import { createSplit, NO_TRAFFIC, only } from '../../core/traffic/split';
import { CANARY, STABLE } from './builders';

export interface TrafficRouterFixture {
  readonly router: TrafficRouter;
  close(): Promise<void>;
}

/** What every traffic router must do. */
export function describeTrafficRouter(name: string, start: () => Promise<TrafficRouterFixture>): void {
  describe(`traffic router: ${name}`, () => {
    let fixture: TrafficRouterFixture;
    let router: TrafficRouter;
    beforeEach(async () => {
      fixture = await start();
      router = fixture.router;
    });
    afterEach(() => fixture.close());

    const withTargets = async (...versions: string[]) => {
      for (const version of versions) await router.addTarget(version);
    };

    it('has no traffic before anything was written', async () => {
      expect(await router.getSplit()).toEqual(NO_TRAFFIC);
      expect(await router.verifySplit(NO_TRAFFIC)).toBe('reached');
    });

    it('gives a new target nothing', async () => {
      await withTargets(STABLE);
      await router.setSplit(only(STABLE));
      await withTargets(CANARY);
      expect(await router.getSplit()).toEqual(only(STABLE));
    });

    it('adds a target twice as once', async () => {
      await withTargets(STABLE, STABLE);
      await router.setSplit(only(STABLE));
      expect(await router.getSplit()).toEqual(only(STABLE));
    });

    it.each([0, 1, 10, 50, 99, 100])('reads back a canary at %i %%', async (weight) => {
      await withTargets(STABLE, CANARY);
      const split = createSplit({ [STABLE]: 100 - weight, [CANARY]: weight });
      await router.setSplit(split);
      expect(await router.getSplit()).toEqual(split);
      expect(await router.verifySplit(split)).toBe('reached');
    });

    it('takes the same split twice, and each transition in both directions', async () => {
      await withTargets(STABLE, CANARY);
      const canary = createSplit({ [STABLE]: 90, [CANARY]: 10 });
      for (const split of [only(STABLE), canary, canary, only(CANARY), canary, only(STABLE), NO_TRAFFIC]) {
        await router.setSplit(split);
        expect(await router.getSplit()).toEqual(split);
      }
    });

    it('takes all traffic away, twice, and gives it back', async () => {
      await withTargets(STABLE);
      await router.setSplit(only(STABLE));
      await router.setSplit(NO_TRAFFIC);
      await router.setSplit(NO_TRAFFIC);
      expect(await router.verifySplit(NO_TRAFFIC)).toBe('reached');
      await router.setSplit(only(STABLE));
      expect(await router.verifySplit(only(STABLE))).toBe('reached');
    });

    it('says pending while another split is in effect', async () => {
      await withTargets(STABLE, CANARY);
      await router.setSplit(only(STABLE));
      expect(await router.verifySplit(only(CANARY))).toBe('pending');
      expect(await router.verifySplit(NO_TRAFFIC)).toBe('pending');
      expect(await router.verifySplit(createSplit({ [STABLE]: 100, [CANARY]: 0 }))).toBe('pending');
    });

    it.each([
      ['a sum below 100', { [STABLE]: 90 }],
      ['a sum above 100', { [STABLE]: 90, [CANARY]: 20 }],
      ['a negative weight', { [STABLE]: 110, [CANARY]: -10 }],
      ['half a percent', { [STABLE]: 99.5, [CANARY]: 0.5 }],
    ])('refuses %s and leaves the split as it is', async (_, weights) => {
      await withTargets(STABLE, CANARY);
      await router.setSplit(only(STABLE));
      await expect(router.setSplit({ weights })).rejects.toMatchObject({ code: 'InvalidSplit' });
      expect(await router.getSplit()).toEqual(only(STABLE));
    });

    it('refuses a split that names a version it does not know', async () => {
      await withTargets(STABLE);
      await router.setSplit(only(STABLE));
      await expect(router.setSplit(only(CANARY))).rejects.toMatchObject({ code: 'AwsCallRefused' });
      expect(await router.getSplit()).toEqual(only(STABLE));
    });

    it.each([0, 40, 100])('refuses to remove a target that the split names at %i %%', async (weight) => {
      await withTargets(STABLE, CANARY);
      await router.setSplit(createSplit({ [STABLE]: 100 - weight, [CANARY]: weight }));
      await expect(router.removeTarget(CANARY)).rejects.toMatchObject({
        code: 'VersionStillServing',
        message: expect.stringContaining(CANARY),
      });
    });

    it('removes a target that the split no longer names, twice, and one that never was', async () => {
      await withTargets(STABLE, CANARY);
      await router.setSplit(only(STABLE));
      await router.removeTarget(CANARY);
      await router.removeTarget(CANARY);
      await router.removeTarget('11111111');
      expect(await router.getSplit()).toEqual(only(STABLE));
      await expect(router.setSplit(only(CANARY))).rejects.toMatchObject({ code: 'AwsCallRefused' });
    });
  });
}
