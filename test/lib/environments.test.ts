import { AWS_NAME_LIMITS, whyNameIsRefused } from '../../core/config/aws-names';
import { versionResourceName } from '../../core/config/service-binding';
import { aPlatform, synthesize, type Templates } from './templates';

/** Each synthesis takes a second or more: a whole file of them is too slow to make any twice. */
jest.setTimeout(120_000);
const made = new Map<string, Templates>();

function synthesized(change: object): Templates {
  const key = JSON.stringify(change);
  const templates = made.get(key) ?? synthesize(aPlatform(change));
  made.set(key, templates);
  return templates;
}

const SHARED = ['demo-network', 'demo-cluster', 'demo-rollout', 'demo-monitoring'];
const WEB = { name: 'web', port: 8080, backends: ['stock'] };
const STOCK = { name: 'stock', port: 5432, protocol: 'tcp' };
const MAIL = { name: 'mail', port: 2525, protocol: 'tcp', backends: ['web'] };

/** Every option that makes more resources. */
const EVERYTHING = {
  network: { endpoints: 'all', flow_logs: 'all', nat_gateways: 2 },
  load_balancer: {
    certificate_arn: 'arn:aws:acm:us-west-2:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    waf: true,
    access_logs: true,
  },
};

/** Every name as long as platform.yaml allows. */
const LONGEST = {
  ...EVERYTHING,
  environment: 'e'.repeat(20),
  namespace: `${'n'.repeat(44)}.local`,
  ingress: 'w'.repeat(28),
  services: [
    { name: 'w'.repeat(28), port: 65_535, backends: ['s'.repeat(28)] },
    { name: 's'.repeat(28), port: 65_535, protocol: 'tcp', volume: {} },
  ],
};

describe('adding and removing services', () => {
  it('changes no byte of another stack but of callers, wherever the service stands in platform.yaml', () => {
    const before = synthesized({ services: [WEB, STOCK] });
    const added = synthesized({ services: [MAIL, WEB, STOCK] });
    const removed = synthesized({ services: [{ ...WEB, backends: [] }] });

    for (const stack of [...SHARED, 'demo-web', 'demo-stock']) {
      expect(added.text(stack)).toBe(before.text(stack));
    }
    for (const stack of SHARED) {
      expect(removed.text(stack)).toBe(before.text(stack));
    }
  });

  it('changes a caller in what it is told of its backends alone', () => {
    const before = synthesized({ services: [WEB, STOCK] });
    const after = synthesized({ services: [{ ...WEB, backends: [] }, STOCK] });

    expect(after.text('demo-stock')).toBe(before.text('demo-stock'));
    expect(differingResources(before, after, 'demo-web')).toEqual(['AWS::SSM::Parameter']);
  });
});

describe('two environments in one account and region', () => {
  it('share no physical name, export or log group', () => {
    const demo = synthesized(EVERYTHING);
    const prod = synthesized({ ...EVERYTHING, environment: 'prod' });
    const [ours, theirs] = [identitiesOf(demo), identitiesOf(prod)];

    expect(ours.length).toBeGreaterThan(60);
    expect(ours.filter((name) => theirs.includes(name))).toEqual([]);
  });
});

describe('the names of one environment', () => {
  it('are given once each, even when services are named like parts of each other', () => {
    const names = [
      'web',
      'web-build',
      'web-task',
      'web-execution',
      'web-pipeline',
      'web-check',
      'web-trigger',
      'state',
      'claim',
      'recovery',
      'split',
      'ingress',
    ];
    const services = names.map((name, index) => ({ name, port: 8000 + index }));

    const given = identitiesOf(synthesized({ ...EVERYTHING, services }));

    expect(given.filter((name, index) => given.indexOf(name) < index)).toEqual([]);
  });

  it('fit what AWS allows when environment, service, version and namespace are as long as they may be', () => {
    const templates = synthesized(LONGEST);
    const { environment, ingress: service } = LONGEST;
    const version = versionResourceName({ environment, service }, '01234567-9999');
    const named = [
      ...templates.stacks.map((name): Named => ['AWS::CloudFormation::Stack', 'StackName', name]),
      ...namesOf(templates),
      // What the functions name at run time, one of each per version.
      ...VERSION_RESOURCES.map(([type, property]): Named => [type, property, version]),
    ];

    expect(named.map(([type, , name]) => whyNameIsRefused(type, name)).filter(Boolean)).toEqual([]);
    expect(version).toHaveLength(63);
  });

  it('leave the binding of a service with as many backends as allowed within a parameter’s 8 KB', () => {
    const { environment, ingress: service, namespace } = LONGEST;
    const name = `/ecs-canary/${environment}/services/${service}`;
    const parameter = synthesized(LONGEST).find('AWS::SSM::Parameter', 'Name', name);
    const backend = 's'.repeat(28);
    const entry = `${JSON.stringify(backend)}:${JSON.stringify(`${backend}.${namespace}:65535`)},`;

    expect(lengthOf(parameter.Properties.Value) + 49 * entry.length).toBeLessThanOrEqual(8192);
  });

  it('are all of kinds whose limits are known', () => {
    const unknown = namesOf(synthesized(EVERYTHING))
      .filter(([type, property]) => AWS_NAME_LIMITS[type]?.property !== property)
      .map(([type, property]) => `${type} ${property}`);

    expect([...new Set(unknown)]).toEqual([]);
  });
});

const VERSION_RESOURCES = [
  ['AWS::AppMesh::VirtualNode', 'VirtualNodeName'],
  ['AWS::ECS::Service', 'ServiceName'],
  ['AWS::ECS::TaskDefinition', 'Family'],
  ['AWS::ServiceDiscovery::Service', 'Name'],
] as const;

type Named = readonly [type: string, property: string, name: string];

/** Names that are told apart by more than account and region, or that name nothing of their own. */
const NO_NAMES_OF_THEIR_OWN: readonly string[] = [
  // Within a mesh.
  'AWS::AppMesh::GatewayRoute MeshName',
  'AWS::AppMesh::GatewayRoute VirtualGatewayName',
  'AWS::AppMesh::VirtualGateway MeshName',
  'AWS::AppMesh::VirtualRouter MeshName',
  'AWS::AppMesh::VirtualService MeshName',
  // Within a role.
  'AWS::IAM::Policy PolicyName',
  // Within a log group, and of a namespace of metrics.
  'AWS::Logs::MetricFilter FilterName',
  'AWS::CloudWatch::Alarm MetricName',
  // Shown beside the topic, not its name.
  'AWS::SNS::Topic DisplayName',
  // AWS's own names.
  'AWS::EC2::VPCEndpoint ServiceName',
];

/** Types whose names live within a parent that carries the environment: a mesh, a namespace. */
const WITHIN_PARENT = /^AWS::(AppMesh::(?!Mesh$)|ServiceDiscovery::)/;

/** Every name that a template spells out. */
function namesOf(templates: Templates): readonly Named[] {
  return templates
    .resources()
    .flatMap(([, { Type, Properties }]) =>
      Object.entries((Properties ?? {}) as Record<string, unknown>)
        .filter(([property, value]) => /Name$|^Family$/.test(property) && typeof value === 'string')
        .map(([property, value]): Named => [Type, property, value as string]),
    )
    .filter(([type, property]) => !NO_NAMES_OF_THEIR_OWN.includes(`${type} ${property}`));
}

/** What nothing else in the account and region may be called: resources by type, stacks and exports. */
function identitiesOf(templates: Templates): readonly string[] {
  const exported = templates.stacks.flatMap((stack) => {
    const { Outputs = {} } = JSON.parse(templates.text(stack)) as {
      Outputs?: Record<string, { Export?: { Name: unknown } }>;
    };
    return Object.values(Outputs).flatMap(({ Export }) =>
      Export === undefined ? [] : [JSON.stringify(Export.Name)],
    );
  });
  return [
    ...templates.stacks.map((name) => `stack ${name}`),
    ...exported.map((name) => `export ${name}`),
    ...namesOf(templates)
      .filter(([type]) => !WITHIN_PARENT.test(type))
      .map(([type, , name]) => `${type} ${name}`),
  ];
}

/** Types of the resources of a stack that are not the same in two environments. */
function differingResources(one: Templates, other: Templates, stack: string): readonly string[] {
  const [before, after] = [one, other].map(
    (templates) =>
      (JSON.parse(templates.text(stack)) as { Resources: Record<string, { Type: string }> }).Resources,
  );
  return Object.keys({ ...before, ...after })
    .filter((id) => JSON.stringify(before?.[id]) !== JSON.stringify(after?.[id]))
    .map((id) => (before?.[id] ?? after?.[id])?.Type ?? id);
}

/** Characters of a value when each reference becomes as long as the longest ARN or id that it may stand for. */
function lengthOf(value: string | { 'Fn::Join': [string, unknown[]] }): number {
  const parts = typeof value === 'string' ? [value] : value['Fn::Join'][1];
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : 120), 0);
}
