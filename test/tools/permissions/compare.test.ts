import type { RoleSpec } from '../../../rehearsal/assembly/policies/roles';
import { parseStatements } from '../../../rehearsal/assembly/policies/statement';
import { type ComparisonOptions, comparePermissions } from '../../../tools/permissions/compare';
import { renderComparison } from '../../../tools/permissions/render';
import { SERVICE_AUTHORIZATION } from '../../../tools/permissions/service-authorization';
import type { Excuse, Row, Use } from '../../../tools/permissions/types';

const names = { environment: 'demo', services: ['shop', 'web'], account: '000000000000' };
const ROUTE = 'arn:aws:appmesh:eu-west-1:000000000000:mesh/demo/virtualRouter';
const NODE = 'arn:aws:appmesh:eu-west-1:000000000000:mesh/demo/virtualNode';

interface Granted {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

function aRole(name: string, statements: readonly Granted[], trusts = 'lambda.amazonaws.com'): RoleSpec {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  const arn = `arn:aws:iam::000000000000:role/${name}`;
  return { name, arn, trusts: [trusts], statements: parseStatements({ Statement }), notEvaluated: [] };
}

function aUse(action: string, resource: string, more: Partial<Use> = {}): Use {
  return { role: 'demo-shift', action, resource, context: {}, isAllowed: true, ...more };
}

function compare(roles: readonly RoleSpec[], uses: readonly Use[], more: Partial<ComparisonOptions> = {}) {
  return comparePermissions({
    names,
    roles,
    uses,
    exampleService: 'shop',
    reference: SERVICE_AUTHORIZATION,
    excuses: [],
    ...more,
  });
}

const verdicts = (rows: readonly Row[]) => rows.map(({ action, verdict }) => [action, verdict.kind]);

describe('comparing grants with uses', () => {
  it('agrees where every grant was used on all that it admits', () => {
    const role = aRole('demo-shift', [{ Action: 'appmesh:UpdateRoute', Resource: `${ROUTE}/*/route/*` }]);
    const uses = ['shop', 'web'].map((each) => aUse('appmesh:UpdateRoute', `${ROUTE}/${each}/route/${each}`));

    const result = compare([role], uses);

    expect(result).toMatchObject({ agrees: true, rows: [{ count: 2, verdict: { kind: 'used' } }] });
  });

  it('tells a grant that no run used', () => {
    const Action = ['appmesh:DeleteRoute', 'appmesh:UpdateRoute'];
    const role = aRole('demo-shift', [{ Action, Resource: `${ROUTE}/shop/route/shop` }]);

    const result = compare([role], [aUse('appmesh:UpdateRoute', `${ROUTE}/shop/route/shop`)]);

    expect(verdicts(result.rows)).toEqual([
      ['appmesh:DeleteRoute', 'unused'],
      ['appmesh:UpdateRoute', 'used'],
    ]);
    expect(result.agrees).toBe(false);
  });

  it('tells what a run was denied', () => {
    const denied = aUse('appmesh:DeleteRoute', `${ROUTE}/shop/route/shop`, { isAllowed: false });

    expect(verdicts(compare([aRole('demo-shift', [])], [denied]).rows)).toEqual([
      ['appmesh:DeleteRoute', 'missing'],
    ]);
  });

  it('tells a pattern that admits more than was used, and the narrowest that does', () => {
    const role = aRole('demo-shift', [{ Action: 'appmesh:CreateVirtualNode', Resource: `${NODE}/*` }]);
    const uses = ['demo-shop-11111111', 'demo-web-22222222'].map((each) =>
      aUse('appmesh:CreateVirtualNode', `${NODE}/${each}`),
    );

    expect(compare([role], uses).rows[0]?.verdict).toEqual({
      kind: 'wide',
      why: 'VirtualNodeName is "*", the runs need "demo-*"',
    });
  });

  it('tells a pattern for all services of which one was used', () => {
    const role = aRole('demo-shift', [{ Action: 'appmesh:DeleteVirtualNode', Resource: `${NODE}/demo-*` }]);
    const uses = ['demo-shop-11111111', 'demo-shop-22222222'].map((each) =>
      aUse('appmesh:DeleteVirtualNode', `${NODE}/${each}`),
    );

    expect(compare([role], uses).rows[0]?.verdict).toMatchObject({
      why: expect.stringContaining('demo-shop-*'),
    });
  });

  it('learns from other functions how many services there are', () => {
    const Resource = `${NODE}/demo-*`;
    const roles = [
      aRole('demo-shift', [{ Action: 'appmesh:DeleteVirtualNode', Resource }]),
      aRole('demo-create', [{ Action: 'appmesh:CreateVirtualNode', Resource }]),
    ];
    const uses = [
      aUse('appmesh:DeleteVirtualNode', `${NODE}/demo-shop-11111111`),
      aUse('appmesh:CreateVirtualNode', `${NODE}/demo-web-22222222`, { role: 'demo-create' }),
    ];

    expect(compare(roles, uses).agrees).toBe(true);
  });

  it('wants * narrowed where AWS offers resource types or keys, and takes a condition for it', () => {
    const cluster = 'arn:aws:ecs:eu-west-1:000000000000:cluster/demo';
    const Condition = { ArnEquals: { 'ecs:cluster': cluster } };
    const bare = aRole('demo-shift', [{ Action: 'ecs:ListTasks', Resource: '*' }]);
    const bound = aRole('demo-shift', [{ Action: 'ecs:ListTasks', Resource: '*', Condition }]);
    const use = aUse('ecs:ListTasks', '*', { context: { 'ecs:cluster': cluster } });

    expect(compare([bare], [use]).rows[0]?.verdict.kind).toBe('wide');
    expect(compare([bound], [use]).rows[0]?.verdict.kind).toBe('used');
  });

  it('counts no use that a condition does not admit', () => {
    const Condition = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    const Resource = 'arn:aws:iam::000000000000:role/demo-shop-task';
    const role = aRole('demo-shift', [{ Action: 'iam:PassRole', Resource, Condition }]);
    const use = aUse('iam:PassRole', Resource, {
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    });

    expect(compare([role], [use]).rows[0]).toMatchObject({ count: 0, verdict: { kind: 'unused' } });
  });

  it('tells grants that AWS never evaluates', () => {
    const Resource = 'arn:aws:ecs:eu-west-1:000000000000:task-definition/demo-*';
    const role = aRole('demo-shift', [{ Action: 'ecs:DescribeTaskDefinition', Resource }]);

    expect(verdicts(compare([role], []).rows)).toEqual([['ecs:DescribeTaskDefinition', 'void']]);
  });

  it('throws for an action that the reference does not tell of, and for policies that name nothing', () => {
    const unknown = aRole('demo-shift', [{ Action: 'ecs:Launch', Resource: '*' }]);
    const vague = aRole('demo-shift', [{ Action: 'ecs:*', Resource: '*' }]);
    const managed = { ...aRole('demo-shift', []), notEvaluated: ['AdministratorAccess'] };

    expect(() => compare([unknown], [])).toThrow('action "ecs:Launch" is not in');
    expect(() => compare([vague], [])).toThrow('name whole actions');
    expect(() => compare([managed], [])).toThrow('spell out what it needs');
  });
});

describe('excuses', () => {
  const role = aRole('demo-shift', [
    { Action: 'sns:Publish', Resource: 'arn:aws:sns:eu-west-1:000000000000:demo-told' },
  ]);
  const excuse: Excuse = {
    roles: 'ENVIRONMENT-shift',
    actions: ['sns:Publish'],
    resource: '…:ENVIRONMENT-told',
    excuses: 'unused',
    reason: 'AWS does it',
  };

  it('let a grant stand, with the reason', () => {
    const result = compare([role], [], { excuses: [excuse] });

    expect(result.agrees).toBe(true);
    expect(renderComparison(result, names)).toContain('ok, not seen: AWS does it');
  });

  it('let a grant stand that AWS says it never evaluates', () => {
    const Resource = 'arn:aws:codeconnections:eu-west-1:000000000000:connection/one';
    const old = aRole('demo-shift', [{ Action: 'codestar-connections:UseConnection', Resource }]);
    const actions = ['codestar-connections:UseConnection'];
    const kept: Excuse = { ...excuse, actions, resource: Resource, excuses: 'void' };
    const excuses = [{ ...kept, resource: '…:connection/one' }];

    expect(verdicts(compare([old], []).rows)).toEqual([[actions[0], 'void']]);
    expect(compare([old], [], { excuses }).agrees).toBe(true);
  });

  it('excuse no other resource', () => {
    const result = compare([role], [], { excuses: [{ ...excuse, resource: '…:ENVIRONMENT-other' }] });

    expect(verdicts(result.rows)).toEqual([['sns:Publish', 'unused']]);
  });

  it('are errors themselves once nothing needs them', () => {
    const used = aUse('sns:Publish', 'arn:aws:sns:eu-west-1:000000000000:demo-told');
    const result = compare([role], [used], { excuses: [excuse] });

    expect(result).toMatchObject({ agrees: false, stale: [excuse] });
    expect(renderComparison(result, names)).toContain('STALE EXCUSE');
  });
});

describe('roles of services', () => {
  const bucket = (service: string) => [
    { Action: 's3:PutObject', Resource: `arn:aws:s3:::demo-${service}-files/*` },
  ];
  const use = aUse('s3:PutObject', 'arn:aws:s3:::demo-shop-files/one', { role: 'demo-shop-build' });
  const shop = aRole('demo-shop-build', bucket('shop'), 'codebuild.amazonaws.com');

  it('are compared for one service, where those of the others are like them', () => {
    const web = aRole('demo-web-build', bucket('web'), 'codebuild.amazonaws.com');

    expect(compare([shop, web], [use])).toMatchObject({ agrees: true, rows: [{ role: 'demo-shop-build' }] });
  });

  it('are compared for another service that may do something else', () => {
    const Action = ['s3:PutObject', 's3:GetObject'];
    const web = aRole('demo-web-build', [{ Action, Resource: 'arn:aws:s3:::demo-web-files/*' }]);
    const uses = ['s3:PutObject', 's3:GetObject'].map((action) =>
      aUse(action, 'arn:aws:s3:::demo-web-files/one', { role: 'demo-web-build' }),
    );

    expect(compare([shop, web], [use, ...uses])).toMatchObject({ agrees: true, rows: { length: 3 } });
    expect(verdicts(compare([shop, web], [use, ...uses.slice(0, 1)]).rows)).toContainEqual([
      's3:GetObject',
      'unused',
    ]);
  });
});
