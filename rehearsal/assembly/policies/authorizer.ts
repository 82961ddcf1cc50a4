import type { Authorizer } from '../../contracts';
import type { RoleSpec } from './roles';
import { type Access, appliesTo } from './statement';

/** Principals that are no roles of the assembly: AWS itself, and the person at the keyboard. */
const UNRESTRICTED: ReadonlySet<string> = new Set(['operator', 'cloudwatch-agent', 'cloudformation', 'ecs']);

/**
 * Says whether AWS would allow a call by the policies of the caller's role: an explicit deny wins, what nothing
 * allows is denied, and of several resources each must be allowed.
 */
export function createAuthorizer(roles: readonly RoleSpec[]): Authorizer {
  const byName = new Map(roles.map((role) => [role.name, role]));
  return ({ principal, action, resources, context }) => {
    if (UNRESTRICTED.has(principal)) {
      return { allowed: true };
    }
    const role = byName.get(principal);
    if (role === undefined) {
      return {
        allowed: false,
        reason: `there is no role "${principal}" in the assembly, so nothing allows ${action}`,
      };
    }
    const reason = resources
      .map((resource) => whyDenied(role, { action, resource, context }))
      .find((why) => why !== undefined);
    return reason === undefined ? { allowed: true } : { allowed: false, reason };
  };
}

function whyDenied({ name, statements, notEvaluated }: RoleSpec, access: Access): string | undefined {
  const { action, resource } = access;
  const effects = new Set(statements.filter((one) => appliesTo(one, access)).map(({ effect }) => effect));
  if (effects.has('Deny')) {
    return `explicit deny: a policy of role "${name}" denies ${action} on ${resource}`;
  }
  if (effects.has('Allow')) {
    return undefined;
  }
  const unknown = notEvaluated.length === 0 ? '' : ` (not evaluated: ${notEvaluated.join(', ')})`;
  return `no policy of role "${name}" allows ${action} on ${resource}${unknown}`;
}
