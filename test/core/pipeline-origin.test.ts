import { findOriginProblem } from '../../core/rollout/pipeline-origin';
import { aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';

const UUID = '1624a1d1-3699-43f0-8e1e-6bafd7fde791';

describe('what a pipeline may ask for', () => {
  it('is a rollout of its own service', () => {
    expect(findOriginProblem(`shop-${UUID}`, { service: 'shop' })).toBeNull();
    expect(findOriginProblem(`shop-api-${UUID}`, { service: 'shop-api' })).toBeNull();
  });

  it.each([
    ['another service', { service: 'bank' }],
    ['a service whose name begins with its own', { service: 'shop-api' }],
    ['no service', {}],
  ])('refuses %s', (_what, document) => {
    expect(findOriginProblem(`shop-${UUID}`, document)).toMatchObject({
      path: 'service',
      allowed: expect.stringContaining('"shop"'),
    });
  });

  it('refuses to take over a rollout that goes on', () => {
    const resume = { rollout_id: 'bank-1', why: 'recover', status: 'ABORTED' };

    expect(findOriginProblem(`shop-${UUID}`, { service: 'shop', resume })).toMatchObject({ path: 'resume' });
  });

  it.each([UUID, 'shop-1', `shop-${UUID}--continued-1`])(
    'leaves alone what a person or the platform started: %s',
    (name) => {
      expect(findOriginProblem(name, { resume: {} })).toBeNull();
      expect(findOriginProblem(name, { service: 'bank' })).toBeNull();
    },
  );
});

describe('a rollout that another service’s pipeline asks for', () => {
  it('ends as Rejected, and the rollout that it would disturb goes on', async () => {
    const theatre = new Theatre();
    await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
    const running = theatre.start('shop-2', aRolloutInput({ commit: aCommit('b') }));
    await theatre.advance(300);

    const disturbing = { ...aRolloutInput(), resume: { rollout_id: 'shop-2', why: 'recover' } };
    for (const input of [aRolloutInput({ commit: aCommit('c') }), disturbing]) {
      expect(
        await theatre.release(`bank-${UUID.replace('1', String(Object.keys(input).length))}`, input),
      ).toMatchObject({
        status: 'FAILED',
        error: 'Rejected',
      });
    }
    expect(await theatre.run(running)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await theatre.split()).toEqual({ bbbbbbbb: 100 });
  });
});
