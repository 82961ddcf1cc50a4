import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from '../acknowledge';

/** One statement of a least-privilege policy. Actions are always spelt out. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Why a resource holds a `*`; needed when one does. */
  readonly wildcard?: string;
}

/**
 * Gives a role exactly these permissions, as a policy of its own.
 * @throws {Error} when an action holds a wildcard, or a resource does without a reason.
 */
export function grant(role: Role, id: string, permissions: readonly Permission[]): Policy {
  const policy = new Policy(role, id, { roles: [role] });
  policy.addStatements(...permissions.map(toStatement));
  for (const [resource, reasons] of wildcardsOf(permissions)) {
    acknowledgeWildcard(policy, resource, [...reasons].join('; '));
  }
  return policy;
}

function toStatement(permission: Permission): PolicyStatement {
  const wild = permission.actions.find((action) => action.includes('*'));
  if (wild !== undefined) {
    throw new Error(`policy action "${wild}" holds a wildcard; allowed: whole action names; spell it out`);
  }
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...permission.actions],
    resources: [...permission.resources],
    ...(permission.conditions === undefined ? {} : { conditions: { ...permission.conditions } }),
  });
}

/** Resources that hold a `*`, each with the reasons of all statements that name it. */
function wildcardsOf(permissions: readonly Permission[]): ReadonlyMap<string, ReadonlySet<string>> {
  const reasons = new Map<string, Set<string>>();
  for (const permission of permissions) {
    for (const resource of permission.resources.filter((arn) => arn.includes('*'))) {
      const known = reasons.get(resource) ?? new Set();
      reasons.set(resource, known.add(reasonOf(permission, resource)));
    }
  }
  return reasons;
}

function reasonOf(permission: Permission, resource: string): string {
  if (permission.wildcard === undefined) {
    throw new Error(
      `policy resource "${resource}" of ${permission.actions.join(', ')} holds a wildcard without a reason; state it in "wildcard"`,
    );
  }
  return permission.wildcard;
}
