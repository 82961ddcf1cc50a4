import type { RoleSpec } from '../../rehearsal/assembly/policies/roles';
import { grantsOf } from './grants';
import { type EnvironmentNames, generalResource, generalRole } from './names';
import type { ComparisonResult, Grant } from './types';

/** What synthesis makes up anew for every environment: ids, and names with hashes of content. */
const MADE_UP: readonly (readonly [RegExp, string])[] = [
  [/\bkey\/[0-9a-f-]{36}/, 'key/KEY'],
  [/\bfile-system\/fs-[0-9a-f]+/, 'file-system/FILES'],
  [/\bnamespace\/ns-[0-9a-z]+/, 'namespace/NAMESPACE'],
  [/virtualService\/\*\..+/, 'virtualService/*.NAMESPACE'],
  [/:::[a-z0-9-]*pipelineartifacts[a-z0-9-]*/, ':::ARTIFACTS'],
  [/:::cdk-[a-z0-9]+-assets-.*/, ':::ASSET'],
];

/** A grant in the words of any environment, one line. */
export function generalGrant({ role, action, pattern, conditions }: Grant, names: EnvironmentNames): string {
  const replaced = MADE_UP.reduce((text, [made, name]) => text.replace(made, name), pattern);
  const keys = conditions.map(({ operator, key }) => ` if ${operator} ${key}`).join('');
  return `${generalRole(role, names)} ${action} ${generalResource(replaced, role, names)}${keys}`;
}

/** The grants that runs proved, or that are excused: everything that a role may have. */
export function provenGrants(result: ComparisonResult, names: EnvironmentNames): readonly string[] {
  const proven = result.rows.filter(({ verdict }) => verdict.kind === 'used' || verdict.kind === 'excused');
  return [...new Set(proven.map((row) => generalGrant(row, names)))].sort();
}

/** How the roles of an assembly differ from what was proven. */
export interface Unproven {
  /** Granted, and not proven. */
  readonly granted: readonly string[];
  /** Proven, and no longer granted. */
  readonly gone: readonly string[];
}

/** Compares roles of any environment with what was proven: every service's, for all are made alike. */
export function findUnproven(
  roles: readonly RoleSpec[],
  names: EnvironmentNames,
  proven: readonly string[],
): Unproven {
  const known = new Set(proven);
  const granted = new Set(roles.flatMap(grantsOf).map((grant) => generalGrant(grant, names)));
  const present = new Set(roles.map(({ name }) => generalRole(name, names)));
  return {
    granted: [...granted].filter((grant) => !known.has(grant)).sort(),
    gone: proven.filter((grant) => !granted.has(grant) && present.has(grant.split(' ')[0] ?? '')),
  };
}

/** Names of an assembly's environment and services, from its roles: every service has a pipeline. */
export function namesOf(roles: readonly RoleSpec[], account: string): EnvironmentNames {
  const environment = roles
    .map(({ name }) => /^(.+)-claim-rollout$/.exec(name)?.[1])
    .find((found) => found !== undefined);
  if (environment === undefined) {
    throw new Error(
      'no role of the function claim-rollout: this is no assembly of an environment; synthesize one',
    );
  }
  const services = roles.flatMap(({ name }) => {
    const found = new RegExp(`^${environment}-(.+)-pipeline$`).exec(name)?.[1];
    return found === undefined ? [] : [found];
  });
  return { environment, services, account };
}
