import { nextVersion, REMEMBERED_COMMITS } from '../../core/rollout/lease';
import { emptyServiceState, type ServiceState } from '../../core/rollout/record';

const commit = (number: number): string => number.toString(16).padStart(8, '0').padEnd(40, 'f');

function released(state: ServiceState, ...commits: readonly string[]): ServiceState {
  return commits.reduce((before, each) => nextVersion(before, each).state, state);
}

describe('the next version', () => {
  const others = Array.from({ length: REMEMBERED_COMMITS }, (_, index) => commit(index + 1));

  it('is the commit’s first 8 characters, and counts on when the commit was released before', () => {
    const once = nextVersion(emptyServiceState('shop'), commit(0));
    const again = nextVersion(released(once.state, commit(1)), commit(0));

    expect([once.version, again.version, nextVersion(again.state, commit(0)).version]).toEqual([
      '00000000',
      '00000000-2',
      '00000000-3',
    ]);
  });

  it('remembers so many commits and no more, however many are released', () => {
    const state = released(emptyServiceState('shop'), commit(0), ...others);

    expect(state.releases).toHaveLength(REMEMBERED_COMMITS);
    expect(nextVersion(state, commit(0)).version).toBe('00000000');
    expect(nextVersion(state, commit(1)).version).toBe('00000001-2');
  });

  it('never gives the version that is stable a second time', () => {
    const stable = { ...released(emptyServiceState('shop'), commit(0), commit(0)), stable: '00000000-2' };
    const state = released(stable, ...others);

    expect(nextVersion(state, commit(0)).version).toBe('00000000-3');
    expect(state.releases).toHaveLength(REMEMBERED_COMMITS + 1);
  });
});
