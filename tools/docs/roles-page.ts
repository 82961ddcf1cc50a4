import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeDeployable } from '../../rehearsal/assembly/describe/describe-deployable';
import type { Statement } from '../../rehearsal/assembly/policies/statement';
import { type Assembly, REHEARSAL_ACCOUNT, readAssembly } from '../../rehearsal/assembly/read-assembly';
import { code, type GeneratedFile, page, table } from './page';

/** A role as the page tells it. */
export interface ToldRole {
  /** Name with `ENVIRONMENT` and `SERVICE` instead of the sample's. */
  readonly name: string;
  readonly purpose: string;
  readonly trusts: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The service of the sample whose stack stands for every service's: it has backends and callers. */
const EXAMPLE_SERVICE = 'yelb-appserver';
const ENVIRONMENT = 'canary-demo';

/**
 * The page of all roles, from the templates that synthesis wrote.
 * @throws {Error} when nothing has been synthesized, or a role does not say what it is for.
 */
export function rolesFile(root: string): GeneratedFile {
  const folder = join(root, 'cdk.out');
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new Error(
      'docs/reference/roles.md is made from cdk.out, which is not there; run `make synth` first',
    );
  }
  const roles = toldRoles(readAssembly(folder));
  return { path: 'docs/reference/roles.md', content: renderPage(roles) };
}

/** Roles of the shared stacks, and of one service for all. */
export function toldRoles(assembly: Assembly): readonly ToldRole[] {
  const purposes = purposesByName(assembly);
  const otherServices = assembly.stacks
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${ENVIRONMENT}-yelb-`) && !name.endsWith(EXAMPLE_SERVICE));
  const silent = [...purposes].filter(([, purpose]) => purpose === '').map(([name]) => name);
  if (silent.length > 0) {
    throw new Error(`roles without a description: ${silent.join(', ')}; say in lib/ what each is for`);
  }
  return describeDeployable(assembly)
    .roles.filter(({ name }) => !otherServices.some((stack) => name.startsWith(stack)))
    .map((role) => ({
      name: generalName(role.name),
      purpose: purposes.get(role.name) ?? '',
      trusts: role.trusts,
      rows: rowsOf(role.statements),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function purposesByName(assembly: Assembly): ReadonlyMap<string, string> {
  return new Map(
    assembly.stacks.flatMap(({ template }) =>
      Object.values(template.Resources).flatMap(({ Type, Properties }) =>
        Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::ManagedPolicy'
          ? [
              [
                String(Properties.RoleName ?? Properties.ManagedPolicyName),
                String(Properties.Description ?? ''),
              ] as const,
            ]
          : [],
      ),
    ),
  );
}

function rowsOf(statements: readonly Statement[]): ToldRole['rows'] {
  return statements.map(({ effect, actions, resources, conditions }) => [
    `${effect === 'Deny' ? 'never ' : ''}${actions.patterns.map(code).join(' ')}`,
    resources.patterns.map((arn) => code(shortArn(arn))).join(' '),
    conditions.map(conditionText).join(', '),
  ]);
}

function conditionText({ operator, key, values }: Statement['conditions'][number]): string {
  return code(generalName(`${operator} ${key} = ${values.map(shortArn).join(' or ')}`));
}

/** `arn:aws:ecs:us-west-2:000000000000:service/…` as `ecs: service/…`. */
function shortArn(arn: string): string {
  const [prefix, , service, , , ...resource] = arn.split(':');
  return generalName(prefix === 'arn' ? `${service}: ${resource.join(':')}` : arn);
}

function generalName(text: string): string {
  return (
    text
      .replaceAll(ENVIRONMENT, 'ENVIRONMENT')
      .replaceAll(EXAMPLE_SERVICE, 'SERVICE')
      .replaceAll(REHEARSAL_ACCOUNT, 'ACCOUNT')
      .replace(/\bkey\/[0-9a-f-]{36}/g, 'key/KEY')
      // The content's hash: it changes with every bundle, and the page should not.
      .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
      .replace(/\bnamespace\/ns-[0-9a-f]+/g, 'namespace/NAMESPACE')
  );
}

function renderPage(roles: readonly ToldRole[]): string {
  return page(
    '<!-- Made by tools/docs.ts from the templates in cdk.out: change lib/, then run `make synth docs`. -->',
    '# Roles',
    'Every role that an environment has, every managed policy that it has for people, and all that it may do, as synthesis writes it. A service has the roles of `SERVICE`. What the pages and functions behind them do is in [security](../security.md).',
    ...roles.flatMap(({ name, purpose, trusts, rows }) => [
      `## ${name}`,
      trusts.length === 0
        ? `${purpose}. A managed policy for people: attach it to their role.`
        : `${purpose} Assumed by ${trusts.map(code).join(', ')}.`,
      rows.length === 0 ? 'May do nothing.' : table(['May', 'On', 'Only if'], rows),
    ]),
  );
}
