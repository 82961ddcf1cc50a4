import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FUNCTION_NAMES,
  ROLLOUT_FUNCTION_NAMES,
  SPLIT_FUNCTION_NAMES,
} from '../../core/config/function-environment';
import type { Permission } from '../../lib/constructs/permission';
import type { PermissionScope } from '../../lib/constructs/rollout/port-permissions';
import { FUNCTION_PORTS, permissionsOf } from '../../lib/constructs/rollout/security-model';
import { aPlatform, flat, many, type Resource, synthesize, type Templates } from './templates';

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

let templates: Templates;

beforeAll(() => {
  templates = synthesize(aPlatform());
});

describe('the policies', () => {
  it('name every action in full', () => {
    const actions = allStatements().flatMap((statement) => many(statement.Action).map(String));

    // GetLogDelivery and the like come from the CDK's state machine and are whole names, too.
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions.length).toBeGreaterThan(50);
  });

  it.each(FUNCTION_NAMES)('give %s what the security model says and nothing else', (name) => {
    const log = `<${logicalId('AWS::Logs::LogGroup', 'LogGroupName', `/ecs-canary/demo/functions/${name}`)}.Arn>`;
    const expected = [
      ...permissionsOf(name, scopeOfTemplates()),
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log] },
      ...(name === 'recover-rollout' || name === 'recover-split' ? [deadLetters()] : []),
    ];

    expect(tripletsOf(statementsOfRole(`demo-${name}`))).toEqual(tripletsOfPermissions(expected));
  });

  it.each(FUNCTION_NAMES)('cover the ports that the handler of %s is composed of', (name) => {
    const source = readFileSync(join(__dirname, `../../lambda/${name}/handler.ts`), 'utf8');
    const composed = ['router', 'workload', 'metrics', 'taskLogs', 'notifier', 'executions'].filter((port) =>
      source.includes(`shared/${port.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}-part`),
    );
    const granted = new Set(FUNCTION_PORTS[name].map((verb) => verb.split('.')[0] ?? ''));

    expect([...granted].filter((port) => port !== 'store' && port !== 'directory').sort()).toEqual(
      composed.sort(),
    );
  });

  it('pass roles to ECS tasks alone, and the environment’s own alone', () => {
    const passing = allStatements().filter((statement) => many(statement.Action).includes('iam:PassRole'));

    // Rollouts start versions, and so do operators' splits.
    expect(passing).toHaveLength(2);
    for (const statement of passing) {
      expect(statement.Condition).toEqual({
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      });
      expect(many(statement.Resource).map(flat).sort()).toEqual([
        'arn:aws:iam::<AWS::AccountId>:role/demo-*-execution',
        'arn:aws:iam::<AWS::AccountId>:role/demo-*-task',
      ]);
    }
  });

  it('let tasks of a service configure only the proxies of that service, and write only its metrics', () => {
    const metrics =
      'arn:aws:logs:us-west-2:<AWS::AccountId>:log-group:/ecs-canary/demo/metrics:log-stream:web {}';
    expect(tripletsOf(statementsOfRole('demo-web-task'))).toEqual([
      'appmesh:StreamAggregatedResources arn:aws:appmesh:us-west-2:<AWS::AccountId>:mesh/demo/virtualNode/demo-web-* {}',
      `logs:CreateLogStream ${metrics}`,
      `logs:PutLogEvents ${metrics}`,
    ]);
  });

  it.each([
    ['demo-state-machine', ROLLOUT_FUNCTION_NAMES, 'recoverrollout'],
    ['demo-split-machine', SPLIT_FUNCTION_NAMES, 'recoversplit'],
  ])('let %s invoke what its definition names, and no more', (role, names, healer) => {
    const invoked = statementsOfRole(role)
      .filter((statement) => statement.Action === 'lambda:InvokeFunction')
      .flatMap((statement) => many(statement.Resource));

    expect(invoked).toHaveLength(names.length - 1);
    expect(JSON.stringify(invoked)).not.toContain(healer);
  });

  it('let services act as a role for this account alone, where AWS says for whom they act', () => {
    const trusts = templates
      .resources('AWS::IAM::Role')
      .flatMap(([, { Properties }]) =>
        (Properties.AssumeRolePolicyDocument.Statement as { Principal: object; Condition?: object }[]).map(
          ({ Condition }) => ({ name: String(Properties.RoleName), isLimited: Condition !== undefined }),
        ),
      );
    const unlimited = trusts.filter(({ isLimited }) => !isLimited).map(({ name }) => name);

    // Lambda names no account; of task execution roles AWS documents none either.
    const functions = FUNCTION_NAMES.map((name) => `demo-${name}`);
    expect(unlimited.filter((name) => !name.endsWith('-execution')).sort()).toEqual([...functions].sort());
  });

  it('let operators start the split’s state machine and no other, and functions none but their own', () => {
    const operator = templates.find('AWS::IAM::ManagedPolicy', 'ManagedPolicyName', 'demo-split-operator');
    const starting = (operator.Properties.PolicyDocument.Statement as Statement[])
      .filter((statement) => many(statement.Action).includes('states:StartExecution'))
      .flatMap((statement) => many(statement.Resource).map(flat));

    expect(starting).toEqual(['arn:aws:states:us-west-2:<AWS::AccountId>:stateMachine:demo-split']);
    const mayStartSplits = allStatements().filter(
      (statement) =>
        many(statement.Action).includes('states:StartExecution') &&
        many(statement.Resource).some((resource) => flat(resource).endsWith(':stateMachine:demo-split')),
    );
    expect(mayStartSplits).toHaveLength(1);
    expect(statementsOfRole('demo-recover-split')).toEqual(expect.arrayContaining(mayStartSplits));
  });
});

describe('the network', () => {
  it('admits the internet at the load balancer alone', () => {
    const groups = templates.resources('AWS::EC2::SecurityGroup');
    const open = groups.filter(([, group]) =>
      many(group.Properties.SecurityGroupIngress ?? []).some((rule) => JSON.stringify(rule).includes('/0')),
    );
    const rules = templates.resources('AWS::EC2::SecurityGroupIngress');

    expect(open.map(([, group]) => group.Properties.GroupName)).toEqual(['demo-balancer']);
    expect(rules.filter(([, rule]) => rule.Properties.SourceSecurityGroupId === undefined)).toEqual([]);
  });

  it('admits callers to a service on its port alone', () => {
    const rules = templates
      .resources('AWS::EC2::SecurityGroupIngress')
      .filter(([id]) => id.startsWith('demo-stock/'))
      .map(([, rule]) => rule.Properties);

    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 });
  });

  it('gives no task a public address', () => {
    const service = templates.find('AWS::ECS::Service', 'ServiceName', 'demo-gateway');

    expect(service.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
  });
});

function allStatements(): readonly Statement[] {
  return templates
    .resources('AWS::IAM::Policy')
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

function statementsOfRole(roleName: string): readonly Statement[] {
  const isRole = ([, role]: [string, Resource]): boolean => role.Properties.RoleName === roleName;
  const [stack, role] = templates.resources('AWS::IAM::Role').find(isRole)?.[0].split('/') ?? [];
  const found = templates
    .resources('AWS::IAM::Policy')
    .filter(([id]) => id.startsWith(`${stack}/`))
    .filter(([, policy]) => policy.Properties.Roles.some((ref: { Ref: string }) => ref.Ref === role))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
  expect(templates.find('AWS::IAM::Role', 'RoleName', roleName).Properties.ManagedPolicyArns).toBeUndefined();
  return found;
}

function tripletsOf(statements: readonly Statement[]): readonly string[] {
  return unique(
    statements.flatMap((statement) =>
      many(statement.Action).flatMap((action) =>
        many(statement.Resource).map((resource) =>
          triplet(String(action), flat(resource), statement.Condition),
        ),
      ),
    ),
  );
}

function tripletsOfPermissions(permissions: readonly Permission[]): readonly string[] {
  return unique(
    permissions.flatMap(({ actions, resources, conditions }) =>
      actions.flatMap((action) => resources.map((resource) => triplet(action, resource, conditions))),
    ),
  );
}

function triplet(action: string, resource: string, condition: unknown): string {
  const conditions = JSON.stringify(condition ?? {}, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'Fn::Join' in value ? flat(value) : value,
  );
  return `${action} ${resource} ${conditions}`;
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function logicalId(type: string, property: string, value: string): string {
  const found = templates.resources(type).find(([, resource]) => resource.Properties[property] === value);
  return found?.[0].split('/')[1] ?? `(no ${type} with ${property} "${value}")`;
}

function scopeOfTemplates(): PermissionScope {
  const imported = templates
    .text('demo-rollout')
    .match(/demo-cluster:ExportsOutput[A-Za-z0-9]*Namespace[A-Za-z0-9]*/);
  return {
    environment: 'demo',
    namespace: 'shop.local',
    namespaceId: imported?.[0] ?? '(no import)',
    tableArn: `<${logicalId('AWS::DynamoDB::Table', 'TableName', 'demo-releases')}.Arn>`,
    topicArn: `<${logicalId('AWS::SNS::Topic', 'TopicName', 'demo-rollouts')}>`,
    topicKeyArn: `<${templates.resources('AWS::KMS::Key')[0]?.[0].split('/')[1]}.Arn>`,
    stateMachineName: 'demo-rollout',
    splitMachineName: 'demo-split',
    arn: (service, resource, options) =>
      `arn:aws:${service}:${options?.global ? '' : 'us-west-2'}:<AWS::AccountId>:${resource}`,
  };
}

/** What Lambda does in a function's name when it failed for good. */
function deadLetters(): Permission {
  return {
    actions: ['sqs:SendMessage'],
    resources: [`<${logicalId('AWS::SQS::Queue', 'QueueName', 'demo-recovery-failures')}.Arn>`],
  };
}
