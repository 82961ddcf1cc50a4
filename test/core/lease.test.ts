import { claimLease, releaseLease, requireLease } from '../../core/rollout/lease';
import { type Claimant, emptyServiceState, type ServiceState } from '../../core/rollout/record';
import { iso } from '../_helpers/builders';

function aClaimant(id: string, startedAfter: number): Claimant {
  return { rolloutId: id, execution: `arn:${id}`, startedAt: iso(startedAfter) };
}

const older = aClaimant('shop-2', 0);
const newer = aClaimant('shop-1', 60);

function aState(changes: Partial<ServiceState>): ServiceState {
  return { ...emptyServiceState('shop'), fence: 3, ...changes };
}

describe('claimLease', () => {
  it('grants a free lease, with a fencing number of its own', () => {
    const claim = claimLease(aState({}), older, 'unknown');

    expect(claim).toMatchObject({ kind: 'granted', previous: null, state: { holder: older, fence: 4 } });
  });

  it('lets a newer rollout wait until the one that runs has made way', () => {
    const claim = claimLease(aState({ holder: older }), newer, 'running');

    expect(claim).toMatchObject({ kind: 'wait', holder: older, state: { holder: older, waiting: newer } });
  });

  it('supersedes an older rollout that comes after a newer one has begun, whatever their names', () => {
    expect(claimLease(aState({ holder: newer }), older, 'running')).toEqual({
      kind: 'superseded',
      by: newer,
    });
  });

  it('supersedes an older rollout that comes after a newer one has begun to wait', () => {
    const holder = aClaimant('shop-0', -60);

    for (const state of [aState({ holder, waiting: newer }), aState({ waiting: newer })]) {
      expect(claimLease(state, older, 'running')).toEqual({ kind: 'superseded', by: newer });
    }
  });

  it('gives the newer one the place of an older one that waits', () => {
    const holder = aClaimant('shop-0', -60);
    const claim = claimLease(aState({ holder, waiting: older }), newer, 'running');

    expect(claim).toMatchObject({ kind: 'wait', displaced: older, state: { waiting: newer } });
  });

  it('replaces a holder whose execution has ended, and names it', () => {
    const claim = claimLease(aState({ holder: older, waiting: newer }), newer, 'ended');

    expect(claim).toMatchObject({
      kind: 'granted',
      previous: older,
      state: { holder: newer, waiting: null, fence: 4 },
    });
  });

  it('grants it once to a claim that is repeated, and anew to another execution of the rollout', () => {
    const again = { ...older, execution: 'arn:recovery' };

    expect(claimLease(aState({ holder: older }), older, 'running')).toMatchObject({ state: { fence: 3 } });
    expect(claimLease(aState({ holder: older }), again, 'ended')).toMatchObject({ state: { fence: 4 } });
  });
});

describe('requireLease', () => {
  const execution = { id: older.execution, name: 'shop-2' };

  it('lets the execution go on that holds the service', () => {
    expect(() => requireLease(aState({ holder: older }), 'shop-2', execution)).not.toThrow();
  });

  it.each([
    ['nobody holds it', null],
    ['another rollout does', newer],
    ['another execution of the rollout does', { ...older, execution: 'arn:recovery' }],
  ])('throws LeaseLost when %s', (_what, holder) => {
    expect(() => requireLease(aState({ holder }), 'shop-2', execution)).toThrow(
      expect.objectContaining({ code: 'LeaseLost' }),
    );
  });
});

describe('releaseLease', () => {
  it('frees the lease of its holder alone', () => {
    expect(releaseLease(aState({ holder: older }), 'shop-2', [])).toMatchObject({ holder: null });
    expect(releaseLease(aState({ holder: newer }), 'shop-2', [])).toMatchObject({ holder: newer });
  });
});
