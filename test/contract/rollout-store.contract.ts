import { builtVersionOf } from '../../core/manual-split/built-version';
import type { RolloutStore } from '../../core/ports/rollout-store';
import { emptyServiceState, type RolloutEntry } from '../../core/rollout/record';
import { aRecord, aSplitChange } from './builders';

export interface RolloutStoreFixture {
  readonly store: RolloutStore;
  close(): Promise<void>;
}

const note = (at: string, text: string): RolloutEntry => ({ kind: 'note', at, text });

/** What every release table must do. */
export function describeRolloutStore(name: string, start: () => Promise<RolloutStoreFixture>): void {
  describe(`rollout store: ${name}`, () => {
    let fixture: RolloutStoreFixture;
    let store: RolloutStore;
    beforeEach(async () => {
      fixture = await start();
      store = fixture.store;
    });
    afterEach(() => fixture.close());

    const claimed = { rolloutId: 'rollout-1', execution: 'arn:1', startedAt: '2026-01-01T00:00:00.000Z' };

    it('has an empty state for a service that was never released', async () => {
      expect(await store.loadService('web')).toEqual(emptyServiceState('web'));
    });

    it('returns what was saved, one revision up', async () => {
      const state = {
        ...emptyServiceState('web'),
        fence: 1,
        holder: claimed,
        releases: [{ commit: 'abc12345', count: 2 }],
      };
      const saved = await store.saveService(state);
      expect(saved).toEqual({ ...state, revision: 1 });
      expect(await store.loadService('web')).toEqual(saved);
      expect((await store.saveService({ ...saved, holder: null })).revision).toBe(2);
    });

    it('keeps services apart', async () => {
      await store.saveService({ ...emptyServiceState('web'), stable: 'abc12345' });
      expect(await store.loadService('web-db')).toEqual(emptyServiceState('web-db'));
    });

    it('refuses a state whose revision is no longer the stored one', async () => {
      const first = await store.saveService(emptyServiceState('web'));
      const second = await store.saveService({ ...first, stable: '0fe98765' });
      for (const stale of [emptyServiceState('web'), first]) {
        await expect(store.saveService({ ...stale, stable: 'abc12345' })).rejects.toMatchObject({
          code: 'StoreConflict',
          retryable: true,
        });
      }
      expect(await store.loadService('web')).toEqual(second);
    });

    it('lets one of many claimants win', async () => {
      const claims = Array.from({ length: 8 }, (_, index) =>
        store.saveService({
          ...emptyServiceState('web'),
          holder: { ...claimed, rolloutId: `rollout-${index}` },
        }),
      );
      const results = await Promise.allSettled(claims);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await store.loadService('web')).revision).toBe(1);
    });

    it('has no record of a rollout that never was', async () => {
      expect(await store.loadRollout('rollout-9')).toBeNull();
    });

    it('returns a record as it was saved last', async () => {
      await store.saveRollout(aRecord());
      const later = aRecord({
        phase: 'shifting',
        intended: { abc12345: 10, '0fe98765': 90 },
        leftovers: ['x'],
      });
      await store.saveRollout(later);
      await store.saveRollout(later);
      expect(await store.loadRollout('rollout-1')).toEqual(later);
    });

    it('refuses a record with a lower fence than the stored one', async () => {
      const adopted = aRecord({ fence: 3, phase: 'rolling_back' });
      await store.saveRollout(adopted);
      await expect(store.saveRollout(aRecord({ fence: 2 }))).rejects.toMatchObject({ code: 'LeaseLost' });
      expect(await store.loadRollout('rollout-1')).toEqual(adopted);
    });

    it('gives a record a higher fence, keeps all else, and refuses what carries the lower one from then on', async () => {
      await store.saveRollout(aRecord({ fence: 2, phase: 'shifting', leftovers: ['x'] }));
      const raised = aRecord({ fence: 3, phase: 'shifting', leftovers: ['x'] });
      expect(await store.fenceRollout('rollout-1', 3)).toEqual(raised);
      expect(await store.fenceRollout('rollout-1', 3)).toEqual(raised);
      await expect(store.saveRollout(aRecord({ fence: 2 }))).rejects.toMatchObject({ code: 'LeaseLost' });
      await expect(store.fenceRollout('rollout-1', 2)).rejects.toMatchObject({ code: 'LeaseLost' });
      expect(await store.loadRollout('rollout-1')).toEqual(raised);
      await store.saveRollout({ ...raised, phase: 'completed' });
      expect(await store.fenceRollout('rollout-9', 3)).toBeNull();
      expect(await store.loadRollout('rollout-9')).toBeNull();
    });

    it('gives a change of the split a higher fence, too', async () => {
      await store.saveSplitChange(aSplitChange({ fence: 2, phase: 'set' }));
      const raised = aSplitChange({ fence: 3, phase: 'set' });
      expect(await store.fenceSplitChange('rollout-1', 3)).toEqual(raised);
      await expect(store.saveSplitChange(aSplitChange({ fence: 2 }))).rejects.toMatchObject({
        code: 'LeaseLost',
      });
      await expect(store.fenceSplitChange('rollout-1', 2)).rejects.toMatchObject({ code: 'LeaseLost' });
      expect(await store.loadSplitChange('rollout-1')).toEqual(raised);
      expect(await store.fenceSplitChange('rollout-9', 3)).toBeNull();
    });

    it('lists the history oldest first, however it was written', async () => {
      const first: RolloutEntry = {
        kind: 'check',
        at: '2026-01-01T00:01:00.000Z',
        verdict: 'hold',
        reason: 'thin data',
        evidence: [{ check: 'success_rate >= 99 %', result: 'unknown', value: 98.5, requests: 3 }],
      };
      const second = note('2026-01-01T00:02:00.000Z', 'two');
      const third: RolloutEntry = {
        kind: 'split',
        at: '2026-01-01T00:03:00.000Z',
        weights: { abc12345: 100 },
        reason: 'promoted',
      };
      for (const entry of [third, first, second]) await store.appendEntry('rollout-1', entry);
      expect(await store.listEntries('rollout-1')).toEqual([first, second, third]);
      expect(await store.listEntries('rollout-2')).toEqual([]);
    });

    it('takes the same line twice as one, and two kinds at one time as two', async () => {
      const at = '2026-01-01T00:01:00.000Z';
      await store.appendEntry('rollout-1', note(at, 'one'));
      await store.appendEntry('rollout-1', note(at, 'one'));
      await store.appendEntry('rollout-1', {
        kind: 'split',
        at,
        weights: { abc12345: 100 },
        reason: 'first',
      });
      expect(await store.listEntries('rollout-1')).toHaveLength(2);
    });

    it('lists a history that is longer than one answer', async () => {
      const text = 'x'.repeat(30_000);
      const times = Array.from({ length: 40 }, (_, index) =>
        new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
      );
      await Promise.all(times.map((at) => store.appendEntry('rollout-1', note(at, text))));
      expect((await store.listEntries('rollout-1')).map(({ at }) => at)).toEqual(times);
    });

    it('keeps versions by service and id, and lists them newest first', async () => {
      const built = (version: string, day: string) => ({
        ...builtVersionOf(aRecord({ version, startedAt: `2026-01-${day}T00:00:00.000Z` })),
      });
      for (const version of [built('abc12345', '02'), built('0fe98765', '03'), built('abc12345-2', '01')]) {
        await store.saveVersion(version);
        await store.saveVersion(version);
      }
      await store.saveVersion({ ...built('11111111', '04'), service: 'web-db' });

      expect(await store.loadVersion('web', 'abc12345')).toEqual(built('abc12345', '02'));
      expect(await store.loadVersion('web', '11111111')).toBeNull();
      const ids = async (limit: number) =>
        (await store.listVersions('web', limit)).map(({ version }) => version);
      expect(await ids(10)).toEqual(['0fe98765', 'abc12345', 'abc12345-2']);
      expect(await ids(1)).toEqual(['0fe98765']);
      expect(await store.listVersions('nobody', 5)).toEqual([]);
    });

    it('returns a change of the split as it was saved last, and refuses a lower fence', async () => {
      expect(await store.loadSplitChange('rollout-1')).toBeNull();
      await store.saveRollout(aRecord());
      await store.saveSplitChange(aSplitChange());
      const later = aSplitChange({ fence: 3, phase: 'set', outcome: 'Applied' });
      await store.saveSplitChange(later);
      await expect(store.saveSplitChange(aSplitChange({ fence: 2 }))).rejects.toMatchObject({
        code: 'LeaseLost',
      });
      expect(await store.loadSplitChange('rollout-1')).toEqual(later);
      expect(await store.loadRollout('rollout-1')).toEqual(aRecord());
    });

    it('lists rollouts of a service newest first, no more than asked for', async () => {
      for (const day of ['02', '01', '03']) {
        const startedAt = `2026-01-${day}T00:00:00.000Z`;
        await store.saveRollout(aRecord({ id: `rollout-${day}`, startedAt }));
      }
      await store.saveRollout(aRecord({ id: 'other', service: 'web-db' }));
      const ids = async (limit: number) => (await store.listRollouts('web', limit)).map(({ id }) => id);
      expect(await ids(10)).toEqual(['rollout-03', 'rollout-02', 'rollout-01']);
      expect(await ids(2)).toEqual(['rollout-03', 'rollout-02']);
      expect(await ids(0)).toEqual([]);
      expect(await store.listRollouts('nobody', 5)).toEqual([]);
    });
  });
}
