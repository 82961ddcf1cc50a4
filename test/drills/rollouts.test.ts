import { join } from 'node:path';
import { reportSchema } from '../../rehearsal/report/schema';
import type { ServiceRepository } from '../../rehearsal/repositories';
import { endOf as endOfRollout } from '../../rehearsal/scenario/watch';
import { type Drill, type Drilled, Drills } from '../_helpers/drill';
import { expectOnly, type Holdings, holdingsOf, referToVersion } from '../_helpers/drill-aws';
import { record } from '../_helpers/drill-figures';
import { lookAround } from './aws-cli';
import { ALONE, BESIDE, firstReleases, type Lane, LOAD } from './scenes';

/**
 * The drill matrix on real processes and a real Envoy. Drills of one group are played beside one another, each on a
 * service of its own; those that disturb everybody come afterwards, in an order of their own.
 */

const SPEED = 60;
const NAME = 'drill';
/** Seconds that metrics come late where nothing is said. */
const METRIC_LATENESS = 20;

let drills: Drills;
const played = new Map<string, Promise<Played>>();
const all: Drilled['expectations'][number][] = [];

interface Played extends Drilled {
  /** What AWS held of the service right after the drill. */
  readonly held: Holdings;
}

beforeAll(async () => {
  drills = await Drills.start({
    platformFile: join(__dirname, 'platform.yaml'),
    speed: SPEED,
    metricLateness: METRIC_LATENESS,
  });
  all.push(...(await drills.play(firstReleases('web', 'red', 'green', 'blue', 'gold'))).expectations);
  await drills.load(LOAD.rate, LOAD.paths);
  drills.press(20, '/new');
  beginLanes(ALONE, beginLanes(BESIDE, Promise.resolve()));
}, 300_000);

afterAll(() => drills?.stop());

/** Plays lanes beside one another once `before` has ended, the drills of each in their order. */
function beginLanes(lanes: Readonly<Record<string, Lane>>, before: Promise<unknown>): Promise<unknown> {
  const ends = Object.entries(lanes).map(([service, lane]) => {
    let last = before;
    for (const [name, drill] of Object.entries(lane)) {
      const playing = last.then(() => playOne(service, name, drill));
      played.set(name, playing);
      last = playing.catch(() => undefined);
    }
    return last;
  });
  return Promise.all(ends);
}

async function playOne(service: string, name: string, drill: Drill): Promise<Played> {
  const began = performance.now();
  const drilled = await drills.play(drill);
  all.push(...drilled.expectations);
  if (process.env.DRILL_TIMES !== undefined) {
    process.stderr.write(`${name.padEnd(8)} ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
  return { ...drilled, held: await holdingsOf(drills.environment, NAME, service) };
}

/** The drill's end, every expectation of its scenario met. */
async function endOf(name: string): Promise<Played> {
  const drilled = await (played.get(name) ?? Promise.reject(new Error(`no drill "${name}"`)));
  record(drilled.rollouts);
  expect(drilled.expectations.filter(({ met }) => !met)).toEqual([]);
  for (const { splits } of drilled.rollouts) {
    for (const { weights } of splits.filter((split) => Object.keys(split.weights).length > 0)) {
      expect(Object.values(weights).reduce((a, b) => a + b)).toBe(100);
    }
  }
  return drilled;
}

const weightsOf = (drilled: Drilled, index = 0): number[] => {
  const rollout = drilled.rollouts[index];
  return (rollout?.splits ?? []).map(({ weights }) => weights[rollout?.version ?? ''] ?? 0);
};

/** Waits for all lanes, and puts right what the last one did to everybody's metrics. */
async function afterAllLanes(): Promise<void> {
  await Promise.allSettled(played.values());
  const { agent, clock } = drills.environment;
  agent.setSilent(false);
  agent.setLateness(METRIC_LATENESS * 1000);
  await clock.sleep(180_000);
}

describe('a rollout on real processes and a real Envoy', () => {
  it('goes through uneven steps and a checked bake to 100 %, and removes the old version (D1)', async () => {
    const drilled = await endOf('steps');
    expect([...new Set(weightsOf(drilled))]).toEqual([0, 10, 25, 60, 100]);
    expect(drilled.rollouts[0]?.checks.at(-1)?.verdict).toBe('advance');
    expectOnly(drilled.held, drilled.rollouts[0]?.version);
  }, 300_000);

  it.each([
    ['that listens on all addresses, and says what to do', 'everywhere', /HOST \(127\./],
    ['whose container health check never passes', 'sick', /failed container health checks|not ready within/],
  ])(
    'ends without change on a version %s (D3)',
    async (_what, name, words) => {
      const drilled = await endOf(name);
      expect(drilled.rollouts[0]?.reason).toMatch(words);
      expectOnly(drilled.held, drilled.rollouts[0]?.stable ?? '');
    },
    300_000,
  );

  it.each([
    ['fails two requests in a hundred under a limit of 99 % (D5)', 'errors'],
    ['fails one request in five (D5)', 'fifth'],
    ['fails on one path alone (D5)', 'endpoint'],
    ['takes a second longer than the limit allows (D5)', 'slow'],
    ['loses a task at 50 % (D6)', 'crash'],
    ['is well for health checks and fails for users (D6)', 'lies'],
    ['somebody else gave another split by hand (D11)', 'edit'],
  ])(
    'gives everything back when the canary %s',
    async (_what, name) => {
      const drilled = await endOf(name);
      expectOnly(drilled.held, drilled.rollouts[0]?.stable ?? '');
    },
    300_000,
  );

  it('heals when its execution is stopped by hand, and the same commit can be released again (D8)', async () => {
    const drilled = await endOf('stop');
    expect(drilled.rollouts.map(({ outcome }) => outcome)).toEqual(['Aborted', 'Promoted']);
    expect(drilled.rollouts[0]?.executions).toHaveLength(2);
    expect(drilled.rollouts[1]?.version).toBe(`${drilled.rollouts[0]?.version}-2`);
    expectOnly(drilled.held, drilled.rollouts[1]?.version);
  }, 300_000);

  it('lets the newest of two releases win, through a rollback of the first (D9)', async () => {
    const drilled = await endOf('second');
    const [first, second] = drilled.rollouts;
    expect([first?.outcome, second?.outcome]).toEqual(['Superseded', 'Promoted']);
    const shared = second?.splits.filter(({ weights }) => (weights[first?.version ?? ''] ?? 0) > 0);
    expect(shared?.every(({ weights }) => weights[second?.version ?? ''] === undefined)).toBe(true);
    expectOnly(drilled.held, second?.version);
  }, 300_000);

  it('takes a bad first release out of traffic whole, and a good commit then begins anew (D13)', async () => {
    const drilled = await endOf('first');
    expect(drilled.rollouts.map(({ outcome }) => outcome)).toEqual(['RolledBack', 'Promoted']);
    expect(drilled.rollouts[0]?.splits.at(-1)?.weights).toEqual({});
    expect(drilled.rollouts[1]?.stable).toBeNull();
    expectOnly(drilled.held, drilled.rollouts[1]?.version);
  }, 300_000);

  it('is promoted through throttled, failing and timed-out calls, each step taken once (D7)', async () => {
    const drilled = await endOf('faults');
    expect([...new Set(weightsOf(drilled))]).toEqual([0, 50, 100]);
    const faults = drills.environment.calls.filter(({ outcome }) => outcome === 'fault');
    expect(new Set(faults.map(({ action }) => action))).toEqual(
      new Set(['appmesh:UpdateRoute', 'cloudwatch:GetMetricData']),
    );
    expectOnly(drilled.held, drilled.rollouts[0]?.version);
  }, 300_000);

  it('is promoted when functions are killed before and after their work (D8)', async () => {
    const drilled = await endOf('killed');
    expect([...new Set(weightsOf(drilled))]).toEqual([0, 50, 100]);
    expectOnly(drilled.held, drilled.rollouts[0]?.version);
  }, 300_000);

  it('waits for metrics that come three minutes late, and never promotes without any (D4)', async () => {
    const drilled = await endOf('metrics');
    expect(drilled.rollouts.map(({ outcome }) => outcome)).toEqual(['Promoted', 'RolledBack']);
    expect(drilled.rollouts[0]?.checks[0]?.verdict).toBe('hold');
    expect(drilled.rollouts[1]?.checks.some(({ verdict }) => verdict === 'advance')).toBe(false);
    expectOnly(drilled.held, drilled.rollouts[0]?.version);
  }, 300_000);

  it('leaves a valid report, no denied call and no problem of the rehearsal itself', async () => {
    await Promise.allSettled(played.values());
    const report = reportSchema.parse(drills.report(all));
    expect(report.calls.denied).toEqual([]);
    expect(report.dataPlane).toBe('envoy');
    expect(report.rollouts.map(({ outcome }) => outcome)).not.toContain('Running');
    expect(report.expectations.filter(({ met }) => !met)).toEqual([]);
    expect(drills.problems).toEqual([]);
  }, 300_000);
});

describe('a release whose image is gone', () => {
  it('ends without change (D3)', async () => {
    await endOf('first');
    await afterAllLanes();
    const service = drills.platform.repositories.get('new') as ServiceRepository;
    const stable = (await holdingsOf(drills.environment, NAME, 'new')).running[0];
    drills.override('new', { bake_time: 60 });
    const change = { files: { 'note.txt': 'new\n' }, message: 'Add a note' };
    const commit = await drills.releases.prepare(service, { change });
    const { rolloutId } = await drills.releases.release(service, commit);
    for (const uri of [...drills.environment.images.keys()].filter((name) => name.endsWith(commit))) {
      drills.environment.images.delete(uri);
    }

    const ended = await endOfRollout(drills.environment, rolloutId, new AbortController().signal);
    record([ended]);

    expect(ended).toMatchObject({
      outcome: 'FailedNoChange',
      reason: expect.stringContaining('CannotPullContainerError'),
    });
    expectOnly(await holdingsOf(drills.environment, NAME, 'new'), stable);
  }, 600_000);
});

describe('a version that cannot be removed', () => {
  it('is named in the outcome, and the next rollout removes it (D10)', async () => {
    const before = (await endOf('faults')).rollouts[0]?.version ?? '';
    await afterAllLanes();
    const red = drills.platform.repositories.get('red') as ServiceRepository;
    const release = async (message: string) => {
      const change = { files: { 'note.txt': `${message}\n` }, message };
      const commit = await drills.releases.prepare(red, { change });
      const { rolloutId } = await drills.releases.release(red, commit);
      return endOfRollout(drills.environment, rolloutId, new AbortController().signal);
    };
    const byHand = await referToVersion(drills.environment, NAME, 'red', before);

    const uncleanly = await release('Cannot clean up');
    record([uncleanly]);
    expect(uncleanly).toMatchObject({
      outcome: 'Promoted',
      reason: expect.stringContaining(`could not remove ${before}; left behind: ${before}`),
    });
    expect((await holdingsOf(drills.environment, NAME, 'red')).virtualNodes).toContain(before);

    await byHand.remove();
    const cleanly = await release('Clean up');
    record([cleanly]);
    expectOnly(await holdingsOf(drills.environment, NAME, 'red'), cleanly.version);
  }, 600_000);
});

describe('the AWS CLI at a running rehearsal', () => {
  it('lists and describes what is there, in the words of AWS', async () => {
    const { rollouts } = await endOf('steps');
    await afterAllLanes();
    const seen = await lookAround(drills.environment, NAME, rollouts[0]?.execution ?? '');
    const { service } = seen;

    expect(seen.meshes.meshes).toMatchObject([{ meshName: NAME }]);
    expect(seen.route.route.spec.httpRoute.action.weightedTargets).toMatchObject([
      { virtualNode: service, weight: 100 },
    ]);
    expect(seen.services.serviceArns).toContainEqual(expect.stringMatching(`${NAME}/${service}$`));
    expect(seen.described.services).toMatchObject([
      { serviceName: service, status: 'ACTIVE', desiredCount: 1, runningCount: 1 },
    ]);
    expect(seen.task.tasks).toMatchObject([{ lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }]);
    expect(seen.namespaces.Namespaces).toMatchObject([{ Name: 'drill.local' }]);
    expect(seen.instances.Instances).toMatchObject([
      { Attributes: { AWS_INSTANCE_IPV4: expect.stringMatching(/^127\.\d+\./) } },
    ]);
    expect(seen.executions.executions).toContainEqual(
      expect.objectContaining({ name: rollouts[0]?.id, status: 'SUCCEEDED' }),
    );
    expect(seen.history.events[0]).toMatchObject({ id: 1, type: 'ExecutionStarted' });
    expect(seen.history.events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
    expect(JSON.stringify(seen.items.Items)).toContain(`rollout#${rollouts[0]?.id}`);
    expect(JSON.parse(seen.parameter.Parameter.Value)).toMatchObject({ service: 'web', port: 8080 });
    expect(seen.topics.Topics[0].TopicArn).toContain(NAME);
    expect(Math.max(...seen.metrics.MetricDataResults[0].Values)).toBeGreaterThan(0);
    expect(seen.groups.logGroups.map((group: { logGroupName: string }) => group.logGroupName)).toContainEqual(
      expect.stringContaining('web'),
    );
  }, 600_000);
});
