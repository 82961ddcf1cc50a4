import { join } from 'node:path';
import { describeDeployable } from '../../../rehearsal/assembly/describe/describe-deployable';
import type { RoleSpec } from '../../../rehearsal/assembly/policies/roles';
import { parseStatements } from '../../../rehearsal/assembly/policies/statement';
import { readAssembly } from '../../../rehearsal/assembly/read-assembly';
import { findUnproven, namesOf, provenGrants } from '../../../tools/permissions/proven';
import { renderComparison } from '../../../tools/permissions/render';
import type { ComparisonResult, Row } from '../../../tools/permissions/types';
import { proofOf } from './compared';
import { collectEvidence, type Evidence, GUEST } from './evidence';

/** Every story is played once, for all tests: it takes as long as many test files together. */
const MOST_MILLIS = 600_000;

let evidence: Evidence;
let result: ComparisonResult;

beforeAll(async () => {
  evidence = await collectEvidence(() => undefined);
  result = proofOf(evidence);
}, MOST_MILLIS);

/** What `make permissions` prints of roles that are not as they should be. */
function findings(found: ComparisonResult): string {
  const rows = found.rows.filter(({ verdict }) => !['used', 'excused'].includes(verdict.kind));
  return found.agrees ? '' : renderComparison({ ...found, rows }, evidence.names);
}

describe('what roles may do', () => {
  it('is what they do: `make permissions` prints the table', () => {
    expect(findings(result)).toBe('');
  });

  it('fails once a function does something that its role may not', () => {
    const [first] = evidence.uses;
    const more = { ...first, action: 'ecs:StopTask', isAllowed: false } as Evidence['uses'][number];

    expect(findings(proofOf({ ...evidence, uses: [...evidence.uses, more] }))).toMatch(
      /ecs:StopTask.*MISSING/,
    );
  });

  it('fails once nothing does any more what a role may do', () => {
    const gone = `${evidence.names.environment}-set-split`;
    const uses = evidence.uses.filter(
      ({ role, action }) => role !== gone || action !== 'appmesh:UpdateRoute',
    );

    expect(findings(proofOf({ ...evidence, uses }))).toMatch(/appmesh:UpdateRoute.*UNUSED/);
  });
});

describe('the synthesized roles of the sample', () => {
  const { roles, account } = describeDeployable(readAssembly(join(__dirname, '../../../cdk.out')));
  const names = namesOf(roles, account);
  const isSampleLike = ({ role }: Row): boolean =>
    !role.startsWith(`${evidence.names.environment}-${GUEST.service}-`);
  const unproven = (of: readonly RoleSpec[]) => {
    const rows = result.rows.filter(isSampleLike);
    return findUnproven(of, names, provenGrants({ ...result, rows }, evidence.names));
  };

  it('grant what runs proved, and nothing else', () => {
    expect(unproven(roles)).toEqual({ granted: [], gone: [] });
  });

  it.each([
    ['promote-version', 'ecs:DeleteCluster', '*'],
    ['remove-version', 'dynamodb:GetItem', `arn:aws:dynamodb:us-west-2:${account}:table/*`],
  ])('fail with a grant that no run proved: %s, %s on %s', (name, Action, Resource) => {
    const more = parseStatements({ Statement: [{ Effect: 'Allow', Action, Resource }] });
    const changed = roles.map((role) =>
      role.name === `${names.environment}-${name}`
        ? { ...role, statements: [...role.statements, ...more] }
        : role,
    );

    expect(unproven(changed).granted).toHaveLength(1);
  });

  it('fail without a grant that runs need', () => {
    const role = `${names.environment}-promote-version`;
    const fewer = roles.map((each) =>
      each.name === role ? { ...each, statements: each.statements.slice(1) } : each,
    );

    expect(unproven(fewer).gone.length).toBeGreaterThan(0);
  });

  it('throws for an assembly of something else', () => {
    expect(() => namesOf([], account)).toThrow('synthesize one');
  });
});
