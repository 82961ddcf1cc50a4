import { Unresolvable } from '../errors';
import type { RoleSpec } from '../policies/roles';

/**
 * Name of the role behind an ARN, which a service is to assume.
 * @throws Unresolvable when the assembly has no such role, or the role does not trust the service.
 */
export function roleOf(arn: unknown, roles: readonly RoleSpec[], service: string): string {
  const role = roles.find((candidate) => candidate.arn === arn);
  if (role === undefined) {
    throw new Unresolvable(
      `role ${JSON.stringify(arn)} is not in the assembly; its policies cannot be evaluated, so define it in lib/`,
    );
  }
  if (!role.trusts.includes(service)) {
    throw new Unresolvable(
      `role "${role.name}" cannot be assumed by ${service}; it trusts ${role.trusts.join(', ') || 'no service'}`,
    );
  }
  return role.name;
}
