import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_ENVIRONMENT, FUNCTION_NAMES } from '../../core/config/function-environment';
import { serviceBindingSchema } from '../../core/config/service-binding';
import { aPlatform, flat, synthesize, type Templates } from './templates';

let templates: Templates;

beforeAll(() => {
  templates = synthesize(aPlatform({ notifications: { email: ['team@example.com'] } }));
});

describe('the stacks', () => {
  it('are one per unit of deployment, in the order in which they depend on each other', () => {
    expect([...templates.stacks].sort()).toEqual([
      'demo-cluster',
      'demo-monitoring',
      'demo-network',
      'demo-rollout',
      'demo-stock',
      'demo-web',
    ]);
  });

  it('keep no log for ever', () => {
    const groups = templates.resources('AWS::Logs::LogGroup');

    expect(groups.length).toBeGreaterThan(FUNCTION_NAMES.length);
    expect(groups.filter(([, group]) => group.Properties.RetentionInDays === undefined)).toEqual([]);
  });

  it('leave behind commits, and a bucket that empties itself, alone', () => {
    const kept = templates
      .resources()
      .filter(([, resource]) => JSON.stringify(resource).includes('"Retain"'))
      .map(([id, resource]) => [id.split('/')[0], resource.Type]);

    expect(kept.sort()).toEqual(
      ['demo-stock', 'demo-web'].flatMap((stack) => [
        [stack, 'AWS::CodeCommit::Repository'],
        [stack, 'AWS::S3::Bucket'],
      ]),
    );
  });
});

describe('the rollout stack', () => {
  it('runs functions that know their environment', () => {
    const functions = templates.resources('AWS::Lambda::Function').map(([, resource]) => resource.Properties);

    expect(functions.map((lambda) => lambda.FunctionName).sort()).toEqual(
      FUNCTION_NAMES.map((name) => `demo-${name}`).sort(),
    );
    for (const lambda of functions) {
      expect(Object.keys(lambda.Environment.Variables).sort()).toEqual(
        Object.values(FUNCTION_ENVIRONMENT).sort(),
      );
      expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 30 });
    }
    expect(new Set(functions.map((lambda) => flat(lambda.Role))).size).toBe(FUNCTION_NAMES.length);
  });

  it('fills every placeholder of the definition', () => {
    const machine = templates.find('AWS::StepFunctions::StateMachine', 'StateMachineName', 'demo-rollout');
    const { DefinitionString, DefinitionSubstitutions } = machine.Properties;
    const placeholders = [...flat(DefinitionString).matchAll(/<([A-Za-z]+)>/g)].map((match) => match[1]);

    expect(new Set(placeholders)).toEqual(new Set(Object.keys(DefinitionSubstitutions)));
    expect(flat(DefinitionSubstitutions.StateMachineArn)).toBe(
      'arn:aws:states:us-west-2:<AWS::AccountId>:stateMachine:demo-rollout',
    );
  });

  it('keeps the definition as the file has it', () => {
    const machine = templates.find('AWS::StepFunctions::StateMachine', 'StateMachineName', 'demo-rollout');
    const file = readFileSync(join(__dirname, '../../state-machine/rollout.asl.json'), 'utf8');

    expect(machine.Properties.DefinitionString).toBe(file);
  });

  it('logs executions in full and traces them', () => {
    const machine = templates.find('AWS::StepFunctions::StateMachine', 'StateMachineName', 'demo-rollout');

    expect(machine.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('recovers executions that failed, timed out or were stopped, and only this machine’s', () => {
    const rule = templates.find('AWS::Events::Rule', 'Name', 'demo-recovery').Properties;

    expect(rule.EventPattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
    expect(rule.EventPattern.detail.stateMachineArn.map(flat)).toEqual([
      'arn:aws:states:us-west-2:<AWS::AccountId>:stateMachine:demo-rollout',
    ]);
    expect(JSON.stringify(rule.Targets)).toContain('recoverrollout');
    expect(rule.Targets[0].DeadLetterConfig).toBeDefined();
  });

  it('keeps the release table encrypted, recoverable and on demand', () => {
    const table = templates.find('AWS::DynamoDB::Table', 'TableName', 'demo-releases').Properties;

    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  it('tells the people of platform.yaml', () => {
    expect(
      templates.resources('AWS::SNS::Subscription').map(([, subscription]) => subscription.Properties),
    ).toEqual([expect.objectContaining({ Protocol: 'email', Endpoint: 'team@example.com' })]);
  });

  it('counts failed rollbacks and what was left behind, of rollouts and of operators’ splits', () => {
    const filters = templates.resources('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
    const counted = (metric: string) =>
      filters
        .filter(({ MetricTransformations }) => MetricTransformations[0].MetricName === `demo/${metric}`)
        .map(({ FilterPattern }) => FilterPattern);

    expect(counted('RollbackFailed')).toEqual(Array(2).fill('{ $.event.outcome = "RollbackFailed" }'));
    expect(counted('LeftBehind')).toEqual(Array(2).fill('{ $.event.leftovers[0] = "*" }'));
  });

  it('says in each alarm which entry of the runbook helps, and the entry exists', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
    const alarms = templates.resources('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties);

    expect(alarms.map((alarm) => alarm.AlarmName).sort()).toEqual([
      'demo-collectors-missing',
      'demo-left-behind',
      'demo-metrics-silent',
      'demo-recovery-failed',
      'demo-rollback-failed',
      'demo-stock-rollout-stuck',
      'demo-web-rollout-stuck',
    ]);
    for (const alarm of alarms) {
      const anchor = /docs\/runbook\.md#([a-z-]+)/.exec(alarm.AlarmDescription)?.[1];
      expect(runbook).toContain(`\n## ${anchor}\n`);
      expect(alarm.AlarmActions).toHaveLength(1);
    }
  });
});

describe('the cluster stack', () => {
  it('refuses calls that the mesh does not know', () => {
    const mesh = templates.find('AWS::AppMesh::Mesh', 'MeshName', 'demo').Properties;

    expect(mesh.Spec).toEqual({ EgressFilter: { Type: 'DROP_ALL' } });
  });

  it('runs the gateway’s proxy as its own user, named after the gateway', () => {
    const task = templates.find('AWS::ECS::TaskDefinition', 'Family', 'demo-gateway').Properties;
    const [envoy] = task.ContainerDefinitions;

    expect(envoy.User).toBe('1337');
    expect(envoy.Environment).toContainEqual({
      Name: 'APPMESH_RESOURCE_ARN',
      Value: 'mesh/demo/virtualGateway/demo-ingress',
    });
  });

  it('judges the gateway by its proxy, so that a bad version cannot take it down', () => {
    const targets = templates.find(
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      'Name',
      'demo-gateway',
    ).Properties;

    expect(targets).toMatchObject({ Port: 8088, HealthCheckPort: '9902', HealthCheckPath: '/status' });
  });
});

describe('a service’s stack', () => {
  it('tells the functions what they need to know', () => {
    const parameter = templates.find(
      'AWS::SSM::Parameter',
      'Name',
      '/ecs-canary/demo/services/web',
    ).Properties;
    const binding = serviceBindingSchema.parse(JSON.parse(withoutReferences(parameter.Value)));

    expect(binding).toMatchObject({
      environment: 'demo',
      service: 'web',
      port: 8080,
      protocol: 'http',
      backends: { stock: 'stock.shop.local:5432' },
      cluster: 'demo',
      logGroup: '/ecs-canary/demo/services/web',
      namespaceName: 'shop.local',
      drainSeconds: 30,
      router: {
        kind: 'appmesh',
        mesh: 'demo',
        virtualRouter: 'web',
        virtualService: 'web.shop.local',
        route: 'web',
      },
    });
    expect(binding.subnets).toHaveLength(2);
    expect(binding.securityGroups).toHaveLength(2);
  });

  it('owns the service’s name, which resolves to an address that nobody has', () => {
    const names = templates
      .resources('AWS::ServiceDiscovery::Service')
      .map(([id, service]) => [id.split('/')[0], service.Properties.Name]);
    const [instance] = templates.resources('AWS::ServiceDiscovery::Instance');

    expect(names.sort()).toEqual([
      ['demo-stock', 'stock'],
      ['demo-web', 'web'],
    ]);
    expect(instance?.[1].Properties.InstanceAttributes).toEqual({ AWS_INSTANCE_IPV4: '192.0.2.1' });
  });

  it('sends users to the ingress service alone', () => {
    const routes = templates.resources('AWS::AppMesh::GatewayRoute');

    expect(routes.map(([id]) => id.split('/')[0])).toEqual(['demo-web']);
  });

  it('routes by the service’s own port and protocol', () => {
    const router = templates.find('AWS::AppMesh::VirtualRouter', 'VirtualRouterName', 'stock').Properties;

    expect(router.Spec.Listeners).toEqual([{ PortMapping: { Port: 5432, Protocol: 'tcp' } }]);
  });
});

/** The text of an `Fn::Join`, with a word in place of every reference. */
function withoutReferences(value: { 'Fn::Join': [string, unknown[]] }): string {
  const [delimiter, parts] = value['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'reference')).join(delimiter);
}
