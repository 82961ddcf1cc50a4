import { join } from 'node:path';
import { machineArn } from '../../rehearsal/environment/machines';
import type { TrackedRollout } from '../../rehearsal/environment/rollout-tracker';
import type { ServiceRepository } from '../../rehearsal/repositories';
import { endOf, momentOf, rolloutOf } from '../../rehearsal/scenario/watch';
import { awsCli } from '../_helpers/aws-cli';
import { Drills } from '../_helpers/drill';
import { expectOnly, type Holdings, holdingsOf } from '../_helpers/drill-aws';
import { record } from '../_helpers/drill-figures';
import { BY_HAND, firstReleases, version } from './scenes';

/** What people do with the AWS CLI while a rollout runs: start another one by hand, abandon its pipeline. */

const NAME = 'drill';
const SERVICES = ['red', 'green', 'blue', 'gold', 'new'] as const;
const TIMEOUT_MILLIS = 300_000;
const never = new AbortController().signal;

type Service = (typeof SERVICES)[number];
type Change = Parameters<typeof version>;

let drills: Drills;
let played: Readonly<Record<Service, Promise<Ended>>>;

/** What became of the rollouts of one service, the oldest first. */
interface Ended {
  readonly rollouts: readonly TrackedRollout[];
  readonly held: Holdings;
  /** Status that CodePipeline tells of the first one's pipeline execution. */
  readonly pipeline: string;
  /** When somebody did something: milliseconds, virtual. */
  readonly at: number;
}

beforeAll(async () => {
  drills = await Drills.start({
    platformFile: join(__dirname, 'platform.yaml'),
    speed: 30,
    metricLateness: 20,
  });
  await drills.play(firstReleases('web', ...SERVICES));
  await drills.load(100, Object.fromEntries(SERVICES.map((service) => [`/${service}`, 1])));
  // Beside one another, each on a service of its own.
  played = {
    red: startOther('red'),
    green: startAgain('green'),
    blue: abandon('blue'),
    gold: abandonAndPush('gold'),
    new: abandonBad('new'),
  };
  for (const playing of Object.values(played)) {
    playing.catch(() => undefined);
  }
}, TIMEOUT_MILLIS);

afterAll(() => drills?.stop());

// biome-ignore lint/suspicious/noExplicitAny: each command prints something else, and tests look into it.
function aws(...args: string[]): Promise<any> {
  const { endpoint, deployed } = drills.environment.aws;
  return awsCli(endpoint.url, deployed.region, ...args);
}

const repositoryOf = (service: Service): ServiceRepository =>
  drills.platform.repositories.get(service) as ServiceRepository;

/** Commits and builds a version; nobody has pushed it yet. */
function built(service: Service, ...change: Change): Promise<string> {
  const { message, write } = (
    version(...change) as { change: { message: string; write: Record<string, string> } }
  ).change;
  return drills.releases.prepare(repositoryOf(service), { change: { message, files: write } });
}

/** Pushes a commit and answers its rollout. */
async function pushed(service: Service, commit: string): Promise<TrackedRollout> {
  const { rolloutId } = await drills.releases.release(repositoryOf(service), commit);
  return rolloutOf(drills.environment, rolloutId, never);
}

async function ended(
  service: Service,
  commit: string,
  ids: readonly string[],
  at = drills.environment.clock.now(),
): Promise<Ended> {
  const rollouts = await Promise.all(ids.map((id) => endOf(drills.environment, id, never)));
  return {
    rollouts,
    held: await holdingsOf(drills.environment, NAME, service),
    pipeline: (await executionOf(service, commit)).status,
    at,
  };
}

async function executionOf(service: Service, commit: string) {
  const listed = await aws(
    'codepipeline',
    'list-pipeline-executions',
    '--pipeline-name',
    `${NAME}-${service}`,
  );
  return listed.pipelineExecutionSummaries.find(
    (each: { sourceRevisions: { revisionId: string }[] }) => each.sourceRevisions[0]?.revisionId === commit,
  );
}

/** Resolves when the canary has this weight. */
async function atWeight(rollout: TrackedRollout, weight: number): Promise<void> {
  const hasCome = await momentOf(drills.environment, rollout.id, { weight }, never);
  expect([rollout.service, hasCome]).toEqual([rollout.service, true]);
}

/** Waits for 30 % and starts the machine as a person does: with the input of the execution that runs, changed. */
async function startByHand(rollout: TrackedRollout, changes: object): Promise<string> {
  const { input } = await aws('stepfunctions', 'describe-execution', '--execution-arn', rollout.execution);
  await atWeight(rollout, 30);
  const { executionArn } = await aws(
    ...['stepfunctions', 'start-execution'],
    ...['--state-machine-arn', machineArn(drills.environment.aws.deployed, NAME, 'rollout')],
    ...['--input', JSON.stringify({ ...JSON.parse(input), ...changes })],
  );
  return executionArn.split(':').at(-1);
}

async function startOther(service: Service): Promise<Ended> {
  drills.override(service, BY_HAND.long(30));
  const commit = await built(service, 'By pipeline');
  const other = await built(service, 'By hand');
  const image = [...drills.environment.images.keys()].find((uri) => uri.endsWith(other));
  const first = await pushed(service, commit);
  const second = await startByHand(first, { commit: other, image, deploy: BY_HAND.quick });
  return ended(service, commit, [first.id, second]);
}

async function startAgain(service: Service): Promise<Ended> {
  drills.override(service, BY_HAND.waiting(30));
  const commit = await built(service, 'Twice');
  const first = await pushed(service, commit);
  return ended(service, commit, [first.id, await startByHand(first, {})]);
}

/** Pushes, waits for the weight, and abandons the pipeline's execution. */
async function pushAndAbandon(
  service: Service,
  weight: number,
  commit: string,
): Promise<{ readonly first: TrackedRollout; readonly at: number }> {
  const first = await pushed(service, commit);
  const { pipelineExecutionId } = await executionOf(service, commit);
  await atWeight(first, weight);
  await aws(
    ...['codepipeline', 'stop-pipeline-execution', '--pipeline-name', `${NAME}-${service}`],
    ...['--pipeline-execution-id', pipelineExecutionId, '--abandon', '--reason', 'nobody waits for it'],
  );
  const at = drills.environment.clock.now();
  // It holds the service as before: who abandons a pipeline stops looking, not the rollout.
  expect([service, first.endedAt]).toEqual([service, null]);
  const { lease } = await holdingsOf(drills.environment, NAME, service);
  expect(JSON.stringify(lease.holder)).toContain(first.id);
  return { first, at };
}

async function abandon(service: Service): Promise<Ended> {
  drills.override(service, BY_HAND.waiting(60));
  const commit = await built(service, 'Abandoned');
  const { first, at } = await pushAndAbandon(service, 60, commit);
  return ended(service, commit, [first.id], at);
}

async function abandonAndPush(service: Service): Promise<Ended> {
  drills.override(service, BY_HAND.long(60));
  const commit = await built(service, 'Abandoned for a newer one');
  const next = await built(service, 'The newer one');
  const { first, at } = await pushAndAbandon(service, 60, commit);
  drills.override(service, BY_HAND.quick);
  const { rolloutId } = await drills.releases.release(repositoryOf(service), next);
  return ended(service, commit, [first.id, rolloutId], at);
}

async function abandonBad(service: Service): Promise<Ended> {
  drills.override(service, BY_HAND.patient);
  const commit = await built(service, 'Fail, abandoned', ['FAIL_EVERY = 0', 'FAIL_EVERY = 1']);
  const { first, at } = await pushAndAbandon(service, 30, commit);
  return ended(service, commit, [first.id], at);
}

/** At no time two canaries: nobody has weight beside the second one but what was stable before both. */
function expectOneAtATime([first, second]: readonly TrackedRollout[]): void {
  expect(first?.endedAt).not.toBeNull();
  for (const { weights } of [...(first?.splits ?? []), ...(second?.splits ?? [])]) {
    const canaries = [first?.version ?? '', second?.version ?? ''].filter((each) => (weights[each] ?? 0) > 0);
    expect(canaries.length).toBeLessThanOrEqual(1);
  }
  const firstMoved = second?.splits.find(({ weights }) => (weights[second.version] ?? 0) > 0)?.at ?? '';
  const lastOfFirst = first?.splits.at(-1);
  expect(lastOfFirst?.weights[first?.version ?? ''] ?? 0).toBe(0);
  expect(Date.parse(firstMoved)).toBeGreaterThan(Date.parse(lastOfFirst?.at ?? ''));
}

const greatest = ({ splits, version: id }: TrackedRollout): number =>
  Math.max(...splits.map(({ weights }) => weights[id] ?? 0));

describe('an execution that a person starts while a rollout is at 30 %', () => {
  it.each([
    ['of another commit', 'red', /^[0-9a-f]{8}$/],
    ['with the very same input', 'green', /^[0-9a-f]{8}-2$/],
  ] as const)(
    '%s wins, through a rollback of the first (D9)',
    async (_what, service, name) => {
      const { rollouts, held, pipeline } = await played[service];
      record(rollouts);
      const [first, second] = rollouts as [TrackedRollout, TrackedRollout];
      expect([first.outcome, second.outcome]).toEqual(['Superseded', 'Promoted']);
      expect(greatest(first)).toBe(30);
      expect(second.version).toMatch(name);
      expectOneAtATime(rollouts);
      // The pipeline followed the rollout that lost.
      expect(pipeline).toBe('Failed');
      expectOnly(held, second.version);
    },
    TIMEOUT_MILLIS,
  );
});

describe('a pipeline that is abandoned while its rollout is at 60 %', () => {
  it(
    'leaves the rollout to its own checks and its own end: a good version is promoted (D9)',
    async () => {
      const { rollouts, held, pipeline, at } = await played.blue;
      record(rollouts);
      const [only] = rollouts as [TrackedRollout];
      expect(only.outcome).toBe('Promoted');
      expect(only.checks.filter((check) => Date.parse(check.at) > at).length).toBeGreaterThan(1);
      expect(pipeline).toBe('Stopped');
      expectOnly(held, only.version);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'keeps nobody waiting: a newer push wins, through a rollback of the abandoned one (D9)',
    async () => {
      const { rollouts, held, pipeline } = await played.gold;
      record(rollouts);
      const [first, second] = rollouts as [TrackedRollout, TrackedRollout];
      expect([first.outcome, second.outcome]).toEqual(['Superseded', 'Promoted']);
      expect(greatest(first)).toBe(60);
      expectOneAtATime(rollouts);
      expect(pipeline).toBe('Stopped');
      expectOnly(held, second.version);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'saves no bad version: it is rolled back by its limits as any other, here at 30 % (D9)',
    async () => {
      const { rollouts, held, pipeline, at } = await played.new;
      record(rollouts);
      const [only] = rollouts as [TrackedRollout];
      expect(only).toMatchObject({ outcome: 'RolledBack', reason: expect.stringContaining('success_rate') });
      expect(only.endedAt).toBeGreaterThan(at);
      expect(greatest(only)).toBe(30);
      expect(pipeline).toBe('Stopped');
      expectOnly(held, only.stable ?? '');
    },
    TIMEOUT_MILLIS,
  );

  it(
    'denies no call and leaves no problem of the rehearsal itself',
    async () => {
      await Promise.allSettled(Object.values(played));
      expect(drills.environment.callCounts().denied).toBe(0);
      expect(drills.problems).toEqual([]);
    },
    TIMEOUT_MILLIS,
  );
});
