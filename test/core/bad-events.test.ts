import { MemoryWorld } from '../../adapters/memory/world';
import { parseEvent } from '../../core/config/problems';
import { claimSplit } from '../../core/manual-split/claim-split';
import { claimRollout } from '../../core/rollout/claim-rollout';
import { emptyServiceState } from '../../core/rollout/record';
import { recoverRollout, statusChangeSchema } from '../../core/rollout/recover-rollout';
import { rollBack } from '../../core/rollout/roll-back';
import { parseClaimInput, parseStepInput } from '../../core/rollout/step-input';
import { aBinding, aRolloutInput, aStepInput, iso, NOON } from '../_helpers/builders';

function aWorld(): MemoryWorld {
  const world = new MemoryWorld(NOON);
  world.directory.add(aBinding());
  return world;
}

describe('an event made by hand', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'go'],
    ['progress that is none', { ...aStepInput({}), state: { progress: 5 } }],
    ['a weight above 100', { ...aStepInput({}), state: { progress: { target_weight: 101 } } }],
    ['a failure that is none', { ...aStepInput({}), state: { failure: 'broken' } }],
    ['an execution without a name', { state: {}, execution: { id: 'x' } }],
  ])('is refused with its place: %s', (_what, event) => {
    expect(() => parseStepInput(event)).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        message: expect.stringMatching(/: got .*; allowed: .*; /),
      }),
    );
  });

  it('may quote what a task wrote before it stopped, whatever that is', () => {
    const state = {
      progress: { rollout_id: 'shop-1', reason: 'exit 1; its last lines: \u0000\u001b[2J\ud800' },
    };

    expect(parseStepInput({ ...aStepInput({}), state }).state.progress?.rollout_id).toBe('shop-1');
  });

  it.each([
    ['a first step', parseClaimInput],
    ['a step', parseStepInput],
  ])('is refused as a whole by %s when no state could pass so much', (_what, parse) => {
    const many = Object.fromEntries(Array.from({ length: 226_000 }, (_, index) => [`k${index}`, index]));

    expect(() => parse(aStepInput(many))).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ path: '', received: 'more than 262144 bytes as JSON' })],
      }),
    );
  });

  it('hands on the beginning of a reason that is too long, rather than none', async () => {
    const long = 'x'.repeat(250_000);
    const states = [{ progress: { reason: long } }, { failure: { Error: 'E', Cause: long } }];

    for (const state of states) {
      const { reason } = await rollBack(aWorld(), parseStepInput(aStepInput(state as never)));
      expect(reason).toMatch(/^(E: )?x+$/);
      expect(reason).toHaveLength(2000);
    }
  });

  it('ends as Rejected when its service is no name, not in an error of its own', async () => {
    const service = JSON.parse('{"toString": 1}') as unknown;
    const input = parseClaimInput(aStepInput({ service }));

    expect(await claimRollout(aWorld(), input)).toMatchObject({ outcome: 'Rejected', service: '' });
    expect(await claimSplit(aWorld(), input as never)).toMatchObject({ outcome: 'Rejected', service: '' });
    expect(await rollBack(aWorld(), parseStepInput(aStepInput({ service })))).toMatchObject({ service: '' });
  });

  it('is not answered with all that it holds', async () => {
    const input = parseClaimInput(aStepInput({ service: 'x'.repeat(100_000) }));

    expect(JSON.stringify(await claimRollout(aWorld(), input)).length).toBeLessThan(2000);
  });

  it('is refused in fewer characters than a failed execution may have as its cause', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => [
      `${n}${'\u001b'.repeat(1200)}`,
      '\u001b'.repeat(1200),
    ]);
    const input = parseClaimInput(aStepInput(Object.fromEntries(keys)));

    expect((await claimRollout(aWorld(), input)).reason.length).toBeLessThan(32_768);
  });

  it('brings no progress and no failure of its own along', async () => {
    const forged = { progress: { rollout_id: 'other-1' }, failure: { Error: 'x' } };

    expect(
      await claimRollout(aWorld(), parseClaimInput(aStepInput({ ...aRolloutInput(), ...forged } as never))),
    ).toMatchObject({
      outcome: 'Rejected',
      reason: expect.stringMatching(/failure: got .*\nprogress: got /),
    });
  });

  it('claims again with the progress of its own waiting', async () => {
    const state = { ...aRolloutInput(), progress: { rollout_id: 'shop-1', next: 'wait_for_turn' } };

    expect(await claimRollout(aWorld(), parseClaimInput(aStepInput(state as never)))).toMatchObject({
      next: 'create',
    });
  });
});

describe('recoverRollout', () => {
  it('refuses an event whose names no execution can have', () => {
    const detail = { executionArn: 'arn:x', name: 'x'.repeat(81), status: 'FAILED' };

    expect(() => parseEvent(statusChangeSchema, { detail }, 'the event')).toThrow(
      /detail\.name: got .*at most 80/,
    );
  });

  it('takes an event that quotes the longest input, and more', () => {
    const input = JSON.stringify({ service: 'shop', more: 'x'.repeat(300_000) });
    const detail = { executionArn: 'arn:x', name: 'shop-1', status: 'ABORTED', input };

    expect(parseEvent(statusChangeSchema, { detail }, 'the event').detail.input).toBe(input);
  });

  it('takes no rollout out of the queue for an execution that only names it', async () => {
    const world = aWorld();
    const waiting = {
      rolloutId: 'shop-2',
      execution: aStepInput({}, 'shop-2').execution.id,
      startedAt: iso(0),
    };
    await world.store.saveService({ ...emptyServiceState('shop'), waiting });

    const forged = JSON.stringify({ service: 'shop', resume: { rollout_id: 'shop-2' } });
    const change = {
      executionArn: 'arn:aws:states:other',
      name: 'web-1',
      status: 'FAILED' as const,
      input: forged,
    };

    expect(await recoverRollout(world, change)).toMatchObject({ action: 'none' });
    expect(await world.store.loadService('shop')).toMatchObject({ waiting });
  });
});
