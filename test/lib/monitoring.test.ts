import { aPlatform, flat, many, synthesize, type Templates } from './templates';

let templates: Templates;

beforeAll(() => {
  templates = synthesize(aPlatform());
});

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

function dashboard(name: string): { readonly text: string; readonly widgets: readonly Widget[] } {
  const body = templates.find('AWS::CloudWatch::Dashboard', 'DashboardName', name).Properties.DashboardBody;
  const parts: readonly unknown[] = body['Fn::Join']?.[1] ?? [body];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
  return { text, widgets: (JSON.parse(text) as { widgets: Widget[] }).widgets };
}

function alarms(): readonly { readonly AlarmName: string; readonly [property: string]: unknown }[] {
  return templates.resources('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
}

describe('log groups', () => {
  it('all forget', () => {
    const groups = templates.resources('AWS::Logs::LogGroup');

    expect(groups.length).toBeGreaterThan(10);
    expect(groups.filter(([, { Properties }]) => !(Properties.RetentionInDays > 0))).toEqual([]);
  });

  it('are there for whatever writes logs, so that AWS makes none that remembers for ever', () => {
    const unnamed = templates
      .resources('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.LoggingConfig?.LogGroup === undefined)
      .map(([id]) => id);

    expect(unnamed).toEqual([]);
  });
});

describe('alarms', () => {
  it('tell the environment’s topic, when they begin and when they end', () => {
    for (const alarm of alarms()) {
      expect(many(alarm.AlarmActions).map(flat).join()).toMatch(/demo-rollouts|Topic/);
      expect(alarm.AlarmName).toMatch(/^demo-/);
    }
  });

  it('treat silence of every proxy as bad', () => {
    expect(
      templates.find('AWS::CloudWatch::Alarm', 'AlarmName', 'demo-metrics-silent').Properties,
    ).toMatchObject({
      Namespace: 'ECSCanary',
      Dimensions: [{ Name: 'Mesh', Value: 'demo' }],
      TreatMissingData: 'breaching',
      EvaluationPeriods: 5,
      Period: 60,
    });
  });

  it('watch every service for rollouts that only hold', () => {
    for (const service of ['web', 'stock']) {
      const name = `demo-${service}-rollout-stuck`;
      expect(templates.find('AWS::CloudWatch::Alarm', 'AlarmName', name).Properties).toMatchObject({
        MetricName: 'RolloutHeld',
        Statistic: 'Minimum',
        TreatMissingData: 'notBreaching',
      });
    }
  });
});

describe('dashboards', () => {
  it('are one for the environment and one for each service', () => {
    const names = templates
      .resources('AWS::CloudWatch::Dashboard')
      .map(([id, { Properties }]) => [id.split('/')[0], Properties.DashboardName]);

    expect(names.sort()).toEqual([
      ['demo-monitoring', 'demo'],
      ['demo-stock', 'demo-stock'],
      ['demo-web', 'demo-web'],
    ]);
  });

  it('find versions by search, for they come and go', () => {
    const searches = dashboard('demo-web').text.match(/SEARCH\(.*?\)/g) ?? [];

    expect(searches.join('\n')).toContain(
      'SEARCH(\'{ECSCanary,Mesh,TargetVirtualNode} MetricName=\\"envoy_appmesh_TargetResponseTime\\" Mesh=\\"demo\\" TargetVirtualNode=demo-web\', \'p99\', 60)',
    );
  });

  it('show weights, what rollouts did, and two versions side by side', () => {
    const titles = dashboard('demo-web').widgets.map(({ properties }) => properties.title);

    expect(titles).toEqual([
      'Weight by version, percent',
      'What rollouts did',
      'Requests a minute by version',
      'Server errors (5xx) a minute by version',
      'Response time by version, p99, ms',
      'Requests without server error, all versions, percent',
      undefined,
      'Requests without server error, percent',
      'Response time, p50 and p99, ms',
    ]);
  });

  it('show connections of what takes no requests', () => {
    const titles = dashboard('demo-stock').widgets.map(({ properties }) => properties.title);

    expect(titles).toContain('Failed connections a minute by version');
    expect(titles).not.toContain('Server errors (5xx) a minute by version');
  });

  it('read events from log groups that exist', () => {
    const groups = templates
      .resources('AWS::Logs::LogGroup')
      .map(([, { Properties }]) => Properties.LogGroupName);
    const queries = dashboard('demo-web').widgets.flatMap(({ properties }) => properties.query ?? []);
    const read = [...(queries[0] ?? '').matchAll(/SOURCE '([^']+)'/g)].map((match) => match[1]);

    expect(read.length).toBeGreaterThan(4);
    expect(read.filter((name) => !groups.includes(name))).toEqual([]);
  });
});

describe('collectors', () => {
  it('may write to their own service’s stream of the metrics’ log group and nothing else', () => {
    const group = templates.find('AWS::Logs::LogGroup', 'LogGroupName', '/ecs-canary/demo/metrics');
    expect(group.Properties.RetentionInDays).toBe(7);
    for (const [role, service] of [
      ['demo-web-task', 'web'],
      ['demo-gateway-task', 'gateway'],
    ] as const) {
      const writing = statementsOf(role).filter((statement) =>
        many(statement.Action).includes('logs:PutLogEvents'),
      );
      expect(writing.map(({ Resource }) => many(Resource).map(flat))).toEqual([
        [`arn:aws:logs:us-west-2:<AWS::AccountId>:log-group:/ecs-canary/demo/metrics:log-stream:${service}`],
      ]);
    }
  });

  it('stand beside the gateway’s proxy, which starts after them', () => {
    const task = templates.find('AWS::ECS::TaskDefinition', 'Family', 'demo-gateway');
    const [proxy, collector] = task.Properties.ContainerDefinitions;

    expect(proxy).toMatchObject({
      Name: 'envoy',
      DependsOn: [{ ContainerName: 'collector', Condition: 'START' }],
    });
    expect(collector).toMatchObject({
      Name: 'collector',
      Essential: false,
      User: '1337',
      ReadonlyRootFilesystem: true,
      RestartPolicy: { Enabled: true },
    });
    expect(collector.PortMappings).toBeUndefined();
  });
});

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

function statementsOf(roleName: string): readonly Statement[] {
  const role = templates
    .resources('AWS::IAM::Role')
    .find(([, { Properties }]) => Properties.RoleName === roleName);
  const [stack, id] = (role?.[0] ?? '/').split('/');
  return templates
    .resources('AWS::IAM::Policy')
    .filter(
      ([policy, { Properties }]) =>
        policy.startsWith(`${stack}/`) &&
        many(Properties.Roles).some((one) => (one as { Ref: string }).Ref === id),
    )
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}
