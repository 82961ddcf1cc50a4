import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDeployable } from '../../../rehearsal/assembly/describe/describe-deployable';
import type { RoleSpec } from '../../../rehearsal/assembly/policies/roles';
import { parseStatements } from '../../../rehearsal/assembly/policies/statement';
import { readAssembly } from '../../../rehearsal/assembly/read-assembly';
import { EXCUSES } from '../../../tools/permissions/excuses';
import { findUnproven, namesOf } from '../../../tools/permissions/proven';
import { PROVEN_FILE } from './proven-file';

const proven: readonly string[] = JSON.parse(readFileSync(PROVEN_FILE, 'utf8'));
const { roles, account } = describeDeployable(readAssembly(join(__dirname, '../../../cdk.out')));
const names = namesOf(roles, account);
const known = { proven, excuses: EXCUSES };

/** Grants that a role of the sample has more than it has. */
function withGrant(role: string, Action: string, Resource: string): readonly RoleSpec[] {
  const more = parseStatements({ Statement: [{ Effect: 'Allow', Action, Resource }] });
  return roles.map((each) =>
    each.name === role ? { ...each, statements: [...each.statements, ...more] } : each,
  );
}

describe('the synthesized roles', () => {
  it('grant what runs proved, and nothing else: `make permissions ARGS=--record` proves anew', () => {
    expect(findUnproven(roles, names, known)).toEqual({ granted: [], gone: [] });
  });

  it('fail with a grant that no run proved', () => {
    const role = `${names.environment}-promote-version`;

    expect(findUnproven(withGrant(role, 'ecs:DeleteCluster', '*'), names, known).granted).toEqual([
      'ENVIRONMENT-promote-version ecs:DeleteCluster *',
    ]);
  });

  it('fail with a wider resource than runs proved', () => {
    const role = `${names.environment}-remove-version`;
    const table = `arn:aws:dynamodb:us-west-2:${account}:table/*`;

    expect(findUnproven(withGrant(role, 'dynamodb:GetItem', table), names, known).granted).toHaveLength(1);
  });

  it('fail without a grant that runs need', () => {
    const role = `${names.environment}-promote-version`;
    const fewer = roles.map((each) =>
      each.name === role ? { ...each, statements: each.statements.slice(1) } : each,
    );

    expect(findUnproven(fewer, names, known).gone.length).toBeGreaterThan(0);
  });

  it('throws for an assembly of something else', () => {
    expect(() => namesOf([], account)).toThrow('synthesize one');
  });
});
