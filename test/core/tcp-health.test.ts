import type { Observation } from '../../core/health/observation';
import { judgeByThreshold } from '../../core/health/threshold-judge';
import { aBinding, aCommit, aJudgeInput, anObservation, aRolloutInput, NOON } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

const judge = (observations: Observation[], changes: Parameters<typeof aJudgeInput>[0] = {}) =>
  judgeByThreshold(aJudgeInput({ observations, protocol: 'tcp', ...changes }));
/** Minutes of a tcp version from NOON on: new connections, and how many of them failed. */
const minutes = (...counts: (readonly [connections: number, failed: number])[]) =>
  counts.map(([requests, errors], minute) => anObservation(minute, { requests, errors, latencyMillis: {} }));
const QUIET = minutes(...Array.from({ length: 10 }, () => [0, 0] as const));

describe('judgeByThreshold of tcp', () => {
  it('holds on few connections, and says what would make them enough', () => {
    expect(judge(minutes([2, 0]), { now: NOON + 120_000 })).toMatchObject({
      verdict: 'hold',
      missingData: true,
      reason: expect.stringContaining('while all tasks pass a health_check'),
    });
  });

  it('advances on quiet minutes while all tasks pass their health check, and names that evidence', () => {
    expect(judge(QUIET, { tasksPassing: 2 })).toMatchObject({
      verdict: 'advance',
      reason: expect.stringContaining(
        '0 connections in the newest minute, and its 2 tasks pass the health check',
      ),
      evidence: [{ check: 'tcp: tasks pass their health check', result: 'kept', value: 2, source: 'tasks' }],
    });
  });

  it('never takes missing metrics for quiet ones', () => {
    expect(judge([], { tasksPassing: 1, now: NOON + 300_000 })).toMatchObject({ verdict: 'hold' });
    expect(judge([], { tasksPassing: 1, now: NOON + 600_000 })).toMatchObject({ verdict: 'roll_back' });
    const stale = QUIET.slice(0, 3);
    expect(judge(stale, { tasksPassing: 1, now: NOON + 500_000 })).toMatchObject({ verdict: 'hold' });
    expect(judge(stale, { tasksPassing: 1, now: NOON + 800_000 })).toMatchObject({ verdict: 'roll_back' });
  });

  it('does not let quiet minutes wash a failed connection out', () => {
    const once = [...minutes([3, 1]), ...QUIET.slice(1)];
    expect(judge(once, { tasksPassing: 1 })).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('broken'),
    });
    const twice = minutes([3, 1], [0, 0], [2, 2], [0, 0]);
    expect(judge(twice, { tasksPassing: 1, now: NOON + 240_000 })).toMatchObject({ verdict: 'roll_back' });
  });
});

const CHECKED = { container: { health_check: { command: ['true'] } } };
const release = (letter: string, strategy: string, task: object = CHECKED) =>
  aRolloutInput({ commit: aCommit(letter), deploy: { strategy }, task_definition: task });

/** A tcp service whose first version serves. */
async function aTcpService(strategy: string): Promise<Theatre> {
  const theatre = new Theatre();
  theatre.world.directory.add(aBinding({ protocol: 'tcp' }));
  await theatre.release('shop-1', release('a', strategy));
  theatre.splits.length = 0;
  return theatre;
}

describe.each(['canary', 'blue_green', 'all_at_once'])('a tcp rollout with strategy %s', (strategy) => {
  const V1 = 'aaaaaaaa';
  const isWhole = strategy !== 'canary';

  it('is promoted when connections succeed', async () => {
    const theatre = await aTcpService(strategy);
    expect(await theatre.release('shop-2', release('b', strategy))).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is rolled back when connections fail, with that reason', async () => {
    const theatre = await aTcpService(strategy);
    theatre.callersSee(() => ({ requests: 30, errors: 30 }));
    expect(await theatre.release('shop-2', release('b', strategy))).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('success_rate >= 99 % broken: 0'),
    });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('is rolled back without metrics', async () => {
    const theatre = await aTcpService(strategy);
    theatre.callersSee(() => null);
    expect(await theatre.release('shop-2', release('b', strategy))).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('no metrics'),
    });
  });

  it(`is ${isWhole ? 'promoted by its tasks' : 'not promoted'} when nobody opens a connection`, async () => {
    const theatre = await aTcpService(strategy);
    theatre.callersSee(() => ({ requests: 0 }));
    expect(await theatre.release('shop-2', release('b', strategy))).toMatchObject(
      isWhole ? { status: 'SUCCEEDED' } : { error: 'RolledBack' },
    );
  });

  it('is not promoted by tasks that have no health check', async () => {
    const theatre = await aTcpService(strategy);
    theatre.callersSee(() => ({ requests: 1 }));
    expect(await theatre.release('shop-2', release('b', strategy, {}))).toMatchObject({
      error: 'RolledBack',
    });
  });
});
