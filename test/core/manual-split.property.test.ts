import * as fc from 'fast-check';
import type { WorkloadStatus } from '../../core/ports/workload';
import { disturb } from '../_helpers/adversity';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';
const V3 = 'cccccccc';
const NEVER_BUILT = 'dddddddd';

type Weights = Record<string, number>;

/** Splits of one to three versions, some of which were never built, and some weights that are no split. */
const wanted: fc.Arbitrary<Weights> = fc
  .record({
    versions: fc.uniqueArray(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(V1, V2, V3) },
        { weight: 1, arbitrary: fc.constant(NEVER_BUILT) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    cuts: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
    excess: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(7) }),
  })
  .map(({ versions, cuts, excess }) => {
    const marks = [0, ...[...cuts].sort((a, b) => a - b).slice(0, versions.length - 1), 100 + excess];
    return Object.fromEntries(
      versions.map((version, index) => [version, (marks[index + 1] ?? 100) - (marks[index] ?? 0)]),
    );
  });

const verb = fc.constantFrom(
  'router.setSplit',
  'router.getSplit',
  'router.verifySplit',
  'router.addTarget',
  'router.removeTarget',
  'workload.create',
  'workload.describe',
  'workload.remove',
  'workload.list',
  'store.loadSplitChange',
  'store.saveSplitChange',
  'store.loadService',
  'store.saveService',
  'store.loadVersion',
  'store.appendEntry',
);

const adversity = fc.record({
  first: wanted,
  second: wanted,
  /** Seconds after the first that the second is applied. */
  secondAfter: fc.constantFrom(0, 5, 25, 61, 3600),
  pushAfter: fc.constantFrom(0, 30),
  faults: fc.uniqueArray(
    fc.record({
      verb,
      kind: fc.constantFrom('before' as const, 'after' as const),
      times: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 3, selector: (fault) => fault.verb },
  ),
  kills: fc.array(fc.record({ call: fc.integer({ min: 1, max: 30 }), after: fc.boolean() }), {
    maxLength: 3,
  }),
  stopAt: fc.option(fc.integer({ min: 1, max: 30 }), { freq: 2 }),
  readyAfter: fc.constantFrom(0, 1, 5, Number.POSITIVE_INFINITY),
  crashes: fc.boolean(),
});

type Adversity = typeof adversity extends fc.Arbitrary<infer Value> ? Value : never;

/** The same runs in CI every time; `SEED=… RUNS=…` explores others. */
const EXPLORATION = { seed: Number(process.env.SEED ?? 20261121), numRuns: Number(process.env.RUNS ?? 15) };

/** Watches what must hold at every moment; what did not is kept, for nothing may hide it. */
function watch(theatre: Theatre): { readonly broken: string[] } {
  const broken: string[] = [];
  const { router, workload } = theatre.service;
  const seen = new Map<string, WorkloadStatus>();
  const written = () => theatre.splits.at(-1) ?? {};
  const describeVersion = workload.describe.bind(workload);
  workload.describe = async (version) => {
    const status = await describeVersion(version);
    seen.set(version, status);
    return status;
  };
  const setSplit = router.setSplit.bind(router);
  router.setSplit = async (split) => {
    const before = written();
    for (const [version, weight] of Object.entries(split.weights)) {
      const isNew = weight > (before[version] ?? 0);
      // What served before the change has proven itself; a restored split may name it again.
      if (isNew && version !== V1 && (seen.get(version)?.ready ?? 0) === 0) {
        broken.push(`${version} got ${weight} % without a ready task`);
      }
    }
    await setSplit(split);
  };
  const remove = workload.remove.bind(workload);
  workload.remove = async (version) => {
    if ((await theatre.split().catch(written))[version] !== undefined) {
      broken.push(`${version} was removed although the split names it`);
    }
    return remove(version);
  };
  return { broken };
}

async function play(given: Adversity): Promise<{ theatre: Theatre; broken: readonly string[] }> {
  const theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
  theatre.putUnderManualSplit(true);
  await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));
  await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }));
  const { broken } = watch(theatre);
  theatre.service.workload.behave(V2, { readyAfter: given.readyAfter });
  if (given.crashes) {
    theatre.service.workload.behave(V3, { crash: { reason: 'exited with code 7', exitCode: 7 } });
  }
  let first = '';
  disturb(theatre, given, () => first);
  first = theatre.startSplit('split-1', given.first);
  await theatre.advance(given.pushAfter);
  theatre.start('shop-4', aRolloutInput({ commit: aCommit('b') }));
  await theatre.advance(given.secondAfter);
  theatre.startSplit('split-2', given.second);
  await theatre.advance(3 * 3600);
  theatre.world.faults.clear();
  return { theatre, broken };
}

const isSplit = (weights: Weights): boolean =>
  Object.values(weights).reduce((total, weight) => total + weight, 0) === 100;

describe('any operators’ splits', () => {
  it('end with a split that somebody asked for, on ready versions, nothing unowned, and the lease free', async () => {
    await fc.assert(
      fc.asyncProperty(adversity, async (given) => {
        const { theatre, broken } = await play(given);
        const split = await theatre.split();
        const service = await theatre.world.store.loadService('shop');
        const changes = await Promise.all(
          ['split-1', 'split-2'].map((id) => theatre.world.store.loadSplitChange(id)),
        );

        expect(broken).toEqual([]);
        expect(service).toMatchObject({ holder: null, waiting: null });
        // One that is only claimed never held the service.
        const open = changes.filter(
          (change) => change !== null && change.phase !== 'completed' && change.phase !== 'claimed',
        );
        expect(open).toEqual([]);
        expect([{ [V1]: 100 }, given.first, given.second]).toContainEqual(split);
        expect(Object.keys(split)).not.toContain(NEVER_BUILT);
        expect(theatre.splits.filter((weights) => !isSplit(weights))).toEqual([]);
        const last = changes.filter((change) => change?.outcome === 'Applied').at(-1);
        expect(split).toEqual(last?.wanted ?? { [V1]: 100 });
        const sole = Object.keys(split).find((version) => split[version] === 100) ?? null;
        expect(service.stable).toBe(sole);
        const running = await theatre.service.workload.list();
        const left = changes.flatMap((change) => change?.leftovers ?? []);
        expect(running).toEqual(expect.arrayContaining(Object.keys(split)));
        expect([...Object.keys(split), ...left]).toEqual(expect.arrayContaining([...running]));
      }),
      EXPLORATION,
    );
  }, 600_000);
});
