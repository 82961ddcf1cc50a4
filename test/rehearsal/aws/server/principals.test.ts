import { PrincipalRegistry } from '../../../../rehearsal/aws/server/principals';

describe('the keys of roles', () => {
  it('are the same on every ask, and of no two roles the same', () => {
    const registry = new PrincipalRegistry();
    expect(registry.accessKeyFor('a')).toBe(registry.accessKeyFor('a'));
    expect(registry.accessKeyFor('a')).not.toBe(registry.accessKeyFor('b'));
    expect(registry.principalOf(registry.accessKeyFor('b'))).toBe('b');
    expect(registry.principalOf('AKIAUNKNOWN')).toBe('operator');
  });
});
