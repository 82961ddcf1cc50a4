import { join } from 'node:path';
import type { TrackedRollout } from '../../rehearsal/environment/rollout-tracker';
import type { Users } from '../../rehearsal/users/users';
import { type Drilled, Drills } from '../_helpers/drill';
import { expectOnly, holdingsOf } from '../_helpers/drill-aws';
import { record } from '../_helpers/drill-figures';
import { firstReleases, PROXY } from './scenes';

/** Drills in which Envoy is killed: it stands for every proxy, so nobody else can be on. */

const NAME = 'drill';
const SERVICE = 'green';
const TIMEOUT_MILLIS = 300_000;

let drills: Drills | undefined;
let users: Users | undefined;

beforeAll(async () => {
  drills = await Drills.start({
    platformFile: join(__dirname, 'platform.yaml'),
    speed: 30,
    metricLateness: 20,
  });
  await drills.play(firstReleases('web', SERVICE));
  users = await drills.load(100, { [`/${SERVICE}`]: 1 });
}, TIMEOUT_MILLIS);

afterAll(() => drills?.stop());

interface Seen extends Drilled {
  readonly rollout: TrackedRollout;
  /** What the rehearsal said of itself meanwhile. */
  readonly told: readonly string[];
  /** Requests of the drill's seconds, and how many of them failed for users. */
  readonly requests: number;
  readonly failed: number;
  /** Requests to the canary that its callers' proxies counted, as judges read them. */
  readonly counted: number;
}

/** Plays a drill; every expectation of it must be met, splits sum to 100, and Envoy was started once again. */
async function play(name: string): Promise<Seen> {
  const [running, here] = [drills, users];
  const drill = PROXY[name];
  if (running === undefined || here === undefined || drill === undefined) {
    throw new Error(`the environment of the drills did not start, or has no drill "${name}"`);
  }
  const [problems, seconds] = [running.problems.length, here.seconds.length];
  const drilled = await running.play(drill);
  record(drilled.rollouts);
  expect(drilled.expectations.filter(({ met }) => !met)).toEqual([]);
  const [rollout] = drilled.rollouts as [TrackedRollout];
  for (const { weights } of rollout.splits.filter((split) => Object.keys(split.weights).length > 0)) {
    expect(Object.values(weights).reduce((a, b) => a + b)).toBe(100);
  }
  const told = running.problems.slice(problems).map(String);
  expect(told).toEqual([expect.stringMatching(/envoy ended by itself .*SIGKILL.* was started again/)]);
  const during = here.seconds.slice(seconds);
  const sum = (of: (second: (typeof during)[number]) => number) =>
    during.reduce((all, one) => all + of(one), 0);
  const [requests, failed] = [sum((each) => each.requests), sum((each) => each.failed)];
  if (process.env.DRILL_TIMES !== undefined) {
    process.stderr.write(`${name}: ${failed} of ${requests} requests failed; ${told.join('; ')}\n`);
  }
  const counters = await running.environment.dataPlane.counters();
  return {
    ...drilled,
    ...{ rollout, told },
    ...{ requests, failed },
    counted: counters
      .filter(({ side, target }) => side === 'caller' && target === `${NAME}-${SERVICE}-${rollout.version}`)
      .reduce((all, { requests }) => all + requests, 0),
  };
}

describe('when Envoy is killed at 50 %', () => {
  it(
    'a good version goes on to its end: the proxy is back, users’ failures are counted, nothing is judged on missing data (D6)',
    async () => {
      const { rollout, requests, failed, counted } = await play('good');
      expect(rollout.outcome).toBe('Promoted');
      // Requests failed while it was away, and only then.
      expect(failed).toBeGreaterThan(0);
      expect(failed).toBeLessThan(requests / 4);
      // What it had counted before it died is not lost, and nothing is counted twice.
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThanOrEqual(requests);
      for (const { evidence } of rollout.checks.filter(({ verdict }) => verdict === 'advance')) {
        expect(evidence.map(({ result }) => result)).toContain('kept');
      }
      expectOnly(await holdingsOf((drills as Drills).environment, NAME, SERVICE), rollout.version);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'a bad version is rolled back by its limits all the same (D6)',
    async () => {
      const { rollout } = await play('bad');
      expect(rollout.outcome).toBe('RolledBack');
      expectOnly(await holdingsOf((drills as Drills).environment, NAME, SERVICE), rollout.stable ?? '');
    },
    TIMEOUT_MILLIS,
  );
});
