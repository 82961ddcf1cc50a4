import { V1, V2 } from '../_helpers/adversity';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { aServiceInProduction, record } from '../_helpers/in-production';

const second = aRolloutInput({ commit: aCommit('b') });

describe('two rollouts of one service', () => {
  it('lets the newest win through a rollback of the first', async () => {
    const theatre = await aServiceInProduction();
    const older = theatre.start('shop-2', second);
    await theatre.advance(300);
    const newer = theatre.start('shop-3', aRolloutInput({ commit: aCommit('c') }));
    expect(await theatre.run(older)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(newer)).toMatchObject({ status: 'SUCCEEDED' });
    const shared = theatre.splits.filter((split) => (split[V2] ?? 0) > 0 && (split.cccccccc ?? 0) > 0);
    expect(shared).toEqual([]);
    expect(await theatre.split()).toEqual({ cccccccc: 100 });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });

  it('keeps only the newest of several that wait', async () => {
    const theatre = await aServiceInProduction();
    theatre.start('shop-2', second);
    await theatre.advance(300);
    const third = theatre.start('shop-3', aRolloutInput({ commit: aCommit('c') }));
    await theatre.advance(10);
    const fourth = theatre.start('shop-4', aRolloutInput({ commit: aCommit('d') }));
    expect(await theatre.run(third)).toMatchObject({ error: 'Superseded' });
    expect(await theatre.run(fourth)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ dddddddd: 100 });
  });

  it('adopts the half-done work of a rollout whose recovery never ran', async () => {
    const theatre = await aServiceInProduction();
    const abandoned = theatre.start('shop-2', second);
    await theatre.advance(400);
    expect((await theatre.split())[V2]).toBeGreaterThan(0);
    theatre.world.faults.add({ verb: 'store.loadRollout', kind: 'before', times: 3 });
    theatre.stop(abandoned);
    await theatre.advance(10);
    expect(await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await record(theatre, 'shop-2')).toMatchObject({ outcome: 'Aborted', phase: 'completed' });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });
});

describe('a split that somebody edits by hand', () => {
  it('is noticed, and everything goes back to stable', async () => {
    const theatre = await aServiceInProduction();
    const execution = theatre.start('shop-2', second);
    await theatre.advance(400);
    await theatre.service.router.setSplit({ weights: { [V1]: 45, [V2]: 55 } });
    expect(await theatre.run(execution)).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('somebody else changed the split'),
    });
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('is repaired by the next rollout when no rollout was running', async () => {
    const theatre = await aServiceInProduction();
    await theatre.service.workload.create({
      version: V2,
      image: 'x',
      taskDefinition: {} as never,
      desired: 1,
    });
    await theatre.service.router.addTarget(V2);
    await theatre.service.router.setSplit({ weights: { [V1]: 30, [V2]: 70 } });
    theatre.splits.length = 0;
    expect(await theatre.release('shop-3', aRolloutInput({ commit: aCommit('c') }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(theatre.splits[0]).toEqual({ [V1]: 100 });
    expect(await theatre.service.workload.list()).toEqual(['cccccccc']);
  });
});
