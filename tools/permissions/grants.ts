import type { RoleSpec } from '../../rehearsal/assembly/policies/roles';
import type { Grant } from './types';

/**
 * Every action on every resource that a role's policies allow, one by one.
 * @throws {Error} for what cannot be taken apart: `NotAction`, `NotResource`, an action with a wildcard, a managed policy
 *   whose text is not known. None of them names what it allows, so that none can be compared with what was used.
 */
export function grantsOf({ name, statements, notEvaluated }: RoleSpec): readonly Grant[] {
  if (notEvaluated.length > 0) {
    throw new Error(
      `role "${name}" has managed policies of AWS: ${notEvaluated.join(', ')}; spell out what it needs`,
    );
  }
  const grants = statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources, conditions }) => {
      const vague =
        actions.isExcluding || resources.isExcluding || actions.patterns.some((one) => /[*?]/.test(one));
      if (vague) {
        throw new Error(
          `role "${name}" allows ${actions.isExcluding ? 'NotAction ' : ''}${actions.patterns.join(', ')} on ${resources.isExcluding ? 'NotResource ' : ''}${resources.patterns.join(', ')}; name whole actions and resources`,
        );
      }
      return actions.patterns.flatMap((action) =>
        resources.patterns.map((pattern) => ({ role: name, action, pattern, conditions })),
      );
    });
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}
