import { createAuthorizer } from '../../../../rehearsal/assembly/policies/authorizer';
import { parseStatements } from '../../../../rehearsal/assembly/policies/statement';

const TABLE = 'arn:aws:dynamodb:r:1:table/a';

function ask(
  statements: readonly object[],
  request: Partial<Parameters<ReturnType<typeof createAuthorizer>>[0]> = {},
) {
  const role = {
    name: 'r',
    arn: 'arn:r',
    trusts: [],
    statements: parseStatements({ Statement: statements }),
    notEvaluated: [],
  };
  return createAuthorizer([role])({
    principal: 'r',
    action: 'dynamodb:GetItem',
    resources: [TABLE],
    context: {},
    ...request,
  });
}

const ALLOW = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };

describe('createAuthorizer', () => {
  it('allows what a statement allows', () => {
    expect(ask([ALLOW])).toEqual({ allowed: true });
  });

  it('denies what no statement allows, and says so', () => {
    expect(ask([{ ...ALLOW, Action: 'ecs:*' }])).toEqual({
      allowed: false,
      reason: `no policy of role "r" allows dynamodb:GetItem on ${TABLE}`,
    });
  });

  it('lets an explicit deny win', () => {
    const answer = ask([ALLOW, { Effect: 'Deny', Action: 'dynamodb:Get*', Resource: TABLE }]);
    expect(answer).toMatchObject({ allowed: false, reason: expect.stringContaining('explicit deny') });
  });

  it('needs every resource of a call to be allowed', () => {
    const one = [{ ...ALLOW, Resource: TABLE }];
    expect(ask(one, { resources: [TABLE, `${TABLE}b`] }).allowed).toBe(false);
    expect(
      ask([...one, { ...ALLOW, Resource: `${TABLE}b` }], { resources: [TABLE, `${TABLE}b`] }).allowed,
    ).toBe(true);
  });

  it('takes NotAction and NotResource as everything else', () => {
    const statement = { Effect: 'Allow', NotAction: 'iam:*', NotResource: `${TABLE}b` };
    expect(ask([statement]).allowed).toBe(true);
    expect(ask([statement], { action: 'iam:PassRole' }).allowed).toBe(false);
    expect(ask([statement], { resources: [`${TABLE}b`] }).allowed).toBe(false);
  });

  it('denies a principal that is no role', () => {
    expect(ask([ALLOW], { principal: 'stranger' })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('no role "stranger"'),
    });
  });

  it.each(['operator', 'cloudwatch-agent', 'cloudformation', 'ecs'])('allows %s everything', (principal) => {
    expect(ask([], { principal }).allowed).toBe(true);
  });

  it.each([
    [{ StringEquals: { 'ecs:cluster': ['x', 'c'] } }, { 'ecs:cluster': 'c' }, true],
    [{ StringEquals: { 'ecs:cluster': 'c' } }, { 'ECS:Cluster': 'c' }, true],
    [{ StringEquals: { 'ecs:cluster': 'c' } }, {}, false],
    [{ StringEqualsIfExists: { 'ecs:cluster': 'c' } }, {}, true],
    [{ StringEqualsIfExists: { 'ecs:cluster': 'c' } }, { 'ecs:cluster': 'd' }, false],
    [{ StringNotEquals: { 'ecs:cluster': 'c' } }, {}, true],
    [{ StringNotEquals: { 'ecs:cluster': ['c', 'd'] } }, { 'ecs:cluster': 'd' }, false],
    [{ StringLike: { k: 'a*' } }, { k: 'abc' }, true],
    [{ StringNotLike: { k: 'a*' } }, { k: 'abc' }, false],
    [{ ArnEquals: { k: 'arn:aws:ecs:*:1:cluster/x' } }, { k: 'arn:aws:ecs:r:1:cluster/x' }, true],
    [{ ArnLike: { k: 'arn:aws:ecs:r:1:cluster/x*' } }, { k: 'arn:aws:ecs:r:1:service/x' }, false],
    [{ ArnNotEquals: { k: 'arn:a:b:c:d:e' } }, { k: 'arn:a:b:c:d:e' }, false],
    [{ Bool: { k: true } }, { k: 'true' }, true],
    [{ Bool: { k: 'false' } }, { k: 'true' }, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: 'false' } }, {}, false],
    [{ Null: { k: 'false' } }, { k: 'x' }, true],
    [{ 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
    [{ 'ForAnyValue:StringLike': { k: 'a*' } }, { k: 'ab' }, true],
    [{ StringEquals: { a: '1', b: '2' } }, { a: '1', b: '3' }, false],
  ])('evaluates the condition %j for %j as %s', (Condition, context, expected) => {
    expect(ask([{ ...ALLOW, Condition }], { context: context as Record<string, string> }).allowed).toBe(
      expected,
    );
  });
});

describe('parseStatements', () => {
  it.each([
    [
      { ...ALLOW, Condition: { NumericLessThan: { k: 1 } } },
      /condition operator "NumericLessThan" is not known/,
    ],
    [{ ...ALLOW, Principal: '*' }, /policy element "Principal" is not evaluated for a role/],
    [{ ...ALLOW, Effect: 'allow' }, /Effect is "allow"; allowed are "Allow" and "Deny"/],
    [
      { ...ALLOW, Resource: 'arn:aws:s3:::${aws:username}' },
      /policy variable in "arn:aws:s3:::\$\{aws:username\}"/,
    ],
    [{ Effect: 'Allow', Action: '*' }, /needs either Resource or NotResource/],
  ])('refuses %j', (statement, message) => {
    expect(() => parseStatements({ Statement: statement })).toThrow(message);
  });
});
