import type { RoleSpec } from '../../rehearsal/assembly/policies/roles';
import { matchesText } from '../../rehearsal/assembly/policies/wildcards';
import { grantsOf } from './grants';
import { admits, judge } from './judge';
import { type EnvironmentNames, generalResource, generalRole, serviceOfRole } from './names';
import { escapeForRegExp, groupBy } from './text';
import type { ActionFacts, AuthorizationReference, ComparisonResult, Excuse, Grant, Row, Use } from './types';

/** What is compared. */
export interface ComparisonOptions {
  readonly names: EnvironmentNames;
  /** The service whose roles stand for those of all services that are like them; others are compared themselves. */
  readonly exampleService: string;
  readonly roles: readonly RoleSpec[];
  readonly uses: readonly Use[];
  readonly reference: AuthorizationReference;
  readonly excuses: readonly Excuse[];
}

/**
 * Compares what roles may do with what they did.
 * @throws {Error} for an action that the reference does not tell of, or a policy that does not name what it allows.
 */
export function comparePermissions(options: ComparisonOptions): ComparisonResult {
  const { names, excuses } = options;
  const judged = judgedRoles(options);
  const usesByRole = groupBy(options.uses, ({ role }) => role);
  const functions = judged.filter((role) => isFunction(role, names)).map(({ name }) => name);
  const allowedOf = (role: string): readonly Use[] =>
    (usesByRole.get(role) ?? []).filter(({ isAllowed }) => isAllowed);
  const usesOfFunctions = functions.flatMap(allowedOf);
  const applied = new Set<Excuse>();
  const rows = judged.flatMap((role) => {
    const uses = usesByRole.get(role.name) ?? [];
    const granted = grantsOf(role).map((grant) =>
      rowOf(grant, {
        uses: allowedOf(role.name),
        usesOfKin: isFunction(role, names) ? usesOfFunctions : allowedOf(role.name),
        facts: factsOf(grant.action, options.reference),
      }),
    );
    return [...granted.map((row) => excused(row, names, excuses, applied)), ...deniedRows(role.name, uses)];
  });
  const stale = excuses.filter((excuse) => !applied.has(excuse));
  const isFine = rows.every(({ verdict }) => verdict.kind === 'used' || verdict.kind === 'excused');
  return { rows, stale, agrees: isFine && stale.length === 0 };
}

function factsOf(action: string, reference: AuthorizationReference): ActionFacts {
  const facts = reference[action];
  if (facts === undefined) {
    throw new Error(
      `action "${action}" is not in tools/permissions/service-authorization.ts; add what AWS's service authorization reference says of it`,
    );
  }
  return facts;
}

/** Functions of the environment: whichever service an execution names, they are handed that one's resources. */
function isFunction({ name, trusts }: RoleSpec, names: EnvironmentNames): boolean {
  return trusts.includes('lambda.amazonaws.com') && serviceOfRole(name, names) === null;
}

interface Evidence {
  /** What the role was allowed. */
  readonly uses: readonly Use[];
  /** What roles were allowed that are handed the same resources. */
  readonly usesOfKin: readonly Use[];
  readonly facts: ActionFacts;
}

function rowOf(grant: Grant, { uses, usesOfKin, facts }: Evidence): Row {
  const admitted = uses.filter((use) => admits(grant, use));
  return {
    ...grant,
    count: admitted.length,
    resources: [...new Set(admitted.map(({ resource }) => resource))],
    verdict: judge(grant, admitted, facts, usesOfKin),
  };
}

function excused(row: Row, names: EnvironmentNames, excuses: readonly Excuse[], applied: Set<Excuse>): Row {
  const { kind } = row.verdict;
  if (kind !== 'unused' && kind !== 'wide' && kind !== 'void') {
    return row;
  }
  const found = excuses.find((excuse) => excuse.excuses === kind && isAbout(excuse, row, names));
  if (found === undefined) {
    return row;
  }
  applied.add(found);
  return { ...row, verdict: { kind: 'excused', from: kind, reason: found.reason } };
}

/** Whether an excuse speaks of a grant. */
function isAbout(excuse: Excuse, { role, action, pattern }: Grant, names: EnvironmentNames): boolean {
  return (
    excuse.actions.includes(action) &&
    matchesText(excuse.roles, generalRole(role, names)) &&
    isSameResource(excuse.resource, generalResource(pattern, role, names))
  );
}

/** `…` in an excuse stands for anything, `*` for itself. */
function isSameResource(stated: string, resource: string): boolean {
  const parts = stated.split('…').map(escapeForRegExp);
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

function deniedRows(role: string, uses: readonly Use[]): readonly Row[] {
  const byAction = groupBy(
    uses.filter(({ isAllowed }) => !isAllowed),
    ({ action }) => action,
  );
  return [...byAction].map(([action, denied]) => ({
    role,
    action,
    pattern: '–',
    conditions: [],
    count: denied.length,
    resources: [...new Set(denied.map(({ resource }) => resource))],
    verdict: { kind: 'missing' },
  }));
}

/**
 * The environment's roles, those of the example, and what other services have that is unlike it. Services' roles come from
 * one construct: whatever was proven for one of them is true of all that are like it.
 */
function judgedRoles({ names, exampleService, roles }: ComparisonOptions): readonly RoleSpec[] {
  const isExample = ({ name }: RoleSpec): boolean => serviceOfRole(name, names) === exampleService;
  const examples = new Map(
    roles.filter(isExample).map((role) => [generalRole(role.name, names), shapeOf(role)]),
  );
  return roles.filter(
    (role) =>
      serviceOfRole(role.name, names) === null ||
      isExample(role) ||
      examples.get(generalRole(role.name, names)) !== shapeOf(role),
  );
}

/** Actions, kinds of resources and condition keys, without names. */
function shapeOf(role: RoleSpec): string {
  const grants = grantsOf(role).map(({ action, pattern, conditions }) => {
    const [, , service = '', , , resource = ''] = pattern.split(':');
    // Buckets alone have names where others have a kind.
    const kind = service === 's3' ? '' : (/^[a-z-]+(?=[/:])/.exec(resource)?.[0] ?? '');
    return [action, service, kind, pattern.includes('*'), ...conditions.map(({ key }) => key)].join(' ');
  });
  return JSON.stringify(grants.sort());
}
