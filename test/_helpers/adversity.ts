import * as fc from 'fast-check';
import type { MemoryFault } from '../../adapters/memory/faults';
import { FunctionError } from '../../rehearsal/contracts';
import { aCommit, aRolloutInput } from './builders';
import { Theatre } from './theatre';

/** The version that serves, unless the rollout is the first, and the one that is released. */
export const V1 = 'aaaaaaaa';
export const V2 = 'bbbbbbbb';

const minute = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant({ errors: 500 }) },
  { weight: 1, arbitrary: fc.constant({ requests: 2 }) },
  { weight: 1, arbitrary: fc.constant({ latencyMillis: {} }) },
);
const verb = fc.constantFrom(
  'router.setSplit',
  'router.getSplit',
  'router.addTarget',
  'router.removeTarget',
  'workload.create',
  'workload.describe',
  'workload.remove',
  'workload.list',
  'metrics.observe',
  'store.loadRollout',
  'store.saveRollout',
  'store.loadService',
  'store.saveService',
  'store.appendEntry',
);
/** Bad metrics, failing and repeated calls, killed functions, a stopped execution, slow tasks. */
export const adversity = fc.record({
  steps: fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4 })
    .map((s) => s.sort((a, b) => a - b)),
  minutes: fc.array(minute, { minLength: 30, maxLength: 30 }),
  // A verb fails twice at most: after three failed recoveries the event waits, with an alarm, for a person.
  faults: fc.uniqueArray(
    fc.record({
      verb,
      kind: fc.constantFrom('before' as const, 'after' as const),
      times: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 3, selector: (fault) => fault.verb },
  ),
  kills: fc.array(fc.record({ call: fc.integer({ min: 1, max: 40 }), after: fc.boolean() }), {
    maxLength: 3,
  }),
  stopAt: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
  readyAfter: fc.constantFrom(0, 1, 5, Number.POSITIVE_INFINITY),
  endsAfter: fc.constantFrom(1, 1, 3, 8),
  isFirst: fc.boolean(),
});

/** The same runs in CI every time; `SEED=… RUNS=…` explores others. */
export const EXPLORATION = {
  seed: Number(process.env.SEED ?? 20261121),
  numRuns: Number(process.env.RUNS ?? 25),
};

export type Adversity = typeof adversity extends fc.Arbitrary<infer Value> ? Value : never;

/** What goes wrong in a play. */
export interface Disturbances {
  readonly faults: readonly MemoryFault[];
  /** Functions that are killed, by the number of their call. */
  readonly kills: readonly { readonly call: number; readonly after: boolean }[];
  /** Number of the state in which the execution is stopped. */
  readonly stopAt: number | null;
}

/** Lets calls fail, kills functions before or after their work, and stops an execution in the middle. */
export function disturb(theatre: Theatre, given: Disturbances, execution: () => string): void {
  for (const fault of given.faults) {
    theatre.world.faults.add(fault);
  }
  let calls = 0;
  theatre.around = async (_name, run) => {
    calls += 1;
    const kill = given.kills.find(({ call }) => call === calls);
    if (kill === undefined) {
      return run();
    }
    if (kill.after) {
      await run();
    }
    throw new FunctionError('Lambda.Unknown', 'killed', '{"errorMessage":"killed"}');
  };
  let entered = 0;
  theatre.onEntered = () => {
    entered += 1;
    if (entered === given.stopAt) {
      theatre.stop(execution());
    }
  };
}

/** Plays one rollout through its adversity, and gives recovery a virtual day. */
export async function play(
  given: Adversity,
  changes: Readonly<Record<string, unknown>> = {},
  theatre = new Theatre(),
): Promise<Theatre> {
  if (!given.isFirst) {
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a'), deploy: changes }));
  }
  theatre.callersSee((version, at) => (version === V2 ? (given.minutes[Math.round(at) % 30] ?? null) : {}));
  theatre.service.workload.behave(V2, { readyAfter: given.readyAfter, endsAfter: given.endsAfter });
  theatre.service.workload.behave(V1, { endsAfter: given.endsAfter });
  let execution = '';
  disturb(theatre, given, () => execution);
  const input = aRolloutInput({
    commit: aCommit('b'),
    deploy: {
      ...('strategy' in changes ? changes : { steps: given.steps }),
      health: {
        checks: [
          { type: 'success_rate', min: 99 },
          { type: 'latency', max_millis: 100 },
        ],
      },
    },
  });
  execution = theatre.start('shop-2', input);
  await theatre.advance(3 * 3600);
  theatre.world.faults.clear();
  return theatre;
}
