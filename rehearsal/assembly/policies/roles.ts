import { Unresolvable } from '../errors';
import type { AssemblyResource } from '../resolve/values';
import { AWS_MANAGED_POLICIES } from './managed-policies';
import { parseStatements, type Statement } from './statement';

/** A role and all that its policies say. */
export interface RoleSpec {
  readonly name: string;
  /** Its own; the policy's where people have one that is no role's here. */
  readonly arn: string;
  /** Service principals that may assume it, such as `lambda.amazonaws.com`. */
  readonly trusts: readonly string[];
  readonly statements: readonly Statement[];
  /** AWS managed policies of the role whose text is not known here: they allow nothing in the rehearsal. */
  readonly notEvaluated: readonly string[];
}

/** Calls back for each resource, and keeps its failure for one report of all. */
export type Guard = <T>(resource: AssemblyResource, read: () => T) => T | undefined;

const ROLE = 'AWS::IAM::Role';
const POLICY = 'AWS::IAM::Policy';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';
const AWS_POLICY = /^arn:[\w-]+:iam::aws:policy\/(.+)$/;

interface AttachedPolicy {
  /** Of a customer managed policy: roles may name it. */
  readonly arn?: string;
  readonly roles: readonly string[];
  readonly statements: readonly Statement[];
}

/**
 * Collects the roles of an assembly with the policies inside them, beside them and attached to them, and one for each
 * managed policy that none of them has.
 */
export function collectRoles(resources: readonly AssemblyResource[], guard: Guard): readonly RoleSpec[] {
  const attached = resources
    .filter(({ type }) => type === POLICY || type === MANAGED_POLICY)
    .flatMap((resource) => guard(resource, () => readPolicy(resource)) ?? []);
  const roles = resources
    .filter(({ type }) => type === ROLE)
    .flatMap((resource) => guard(resource, () => readRole(resource, attached)) ?? []);
  const named = resources.flatMap((resource) => guard(resource, () => policiesNamedBy(resource)) ?? []);
  return [...roles, ...attached.filter(({ arn }) => !named.includes(arn ?? '')).flatMap(roleOfPeople)];
}

/** A managed policy that no role has is for people: whoever gets it, and nothing else, stands under its name. */
function roleOfPeople({ arn, roles, statements }: AttachedPolicy): readonly RoleSpec[] {
  const isForPeople = arn !== undefined && roles.length === 0;
  const name = arn?.split('/').at(-1) ?? '';
  return isForPeople ? [{ name, arn, trusts: [], statements, notEvaluated: [] }] : [];
}

function policiesNamedBy(resource: AssemblyResource): readonly string[] {
  const { ManagedPolicyArns = [] } = resource.type === ROLE ? resource.properties() : {};
  return (ManagedPolicyArns as readonly unknown[]).map(String);
}

function readPolicy(resource: AssemblyResource): AttachedPolicy {
  const { PolicyDocument, Roles = [] } = resource.properties();
  return {
    ...(resource.type === MANAGED_POLICY ? { arn: resource.physicalId } : {}),
    roles: (Roles as readonly unknown[]).map(String),
    statements: parseStatements(PolicyDocument),
  };
}

function readRole(resource: AssemblyResource, attached: readonly AttachedPolicy[]): RoleSpec {
  const { AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns = [] } = resource.properties();
  const name = resource.physicalId;
  const named = (ManagedPolicyArns as readonly unknown[]).map(String);
  const managed = named.map((arn) => ({ arn, ...managedPolicy(arn, attached) }));
  const own = (Policies as readonly { readonly PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) =>
    parseStatements(PolicyDocument),
  );
  const beside = attached.filter(({ roles }) => roles.includes(name)).flatMap(({ statements }) => statements);
  return {
    name,
    arn: String(resource.attribute('Arn')),
    trusts: trustedServices(AssumeRolePolicyDocument),
    statements: [...own, ...beside, ...managed.flatMap(({ statements }) => statements ?? [])],
    notEvaluated: managed.filter(({ statements }) => statements === undefined).map(({ arn }) => arn),
  };
}

function managedPolicy(
  arn: string,
  attached: readonly AttachedPolicy[],
): { readonly statements?: readonly Statement[] } {
  const ours = attached.find((policy) => policy.arn === arn);
  if (ours !== undefined) {
    return { statements: ours.statements };
  }
  const [, awsName] = AWS_POLICY.exec(arn) ?? [];
  if (awsName === undefined) {
    throw new Unresolvable(
      `managed policy "${arn}" is neither in the assembly nor one of AWS; define it in lib/`,
    );
  }
  const known = AWS_MANAGED_POLICIES[awsName];
  return known === undefined ? {} : { statements: parseStatements(known) };
}

function trustedServices(document: unknown): readonly string[] {
  const statements = (Object(document).Statement ?? []) as readonly Record<string, unknown>[];
  return statements
    .filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes('sts:AssumeRole'))
    .flatMap(({ Principal }) => [(Object(Principal) as { Service?: unknown }).Service].flat())
    .filter((service): service is string => typeof service === 'string');
}
