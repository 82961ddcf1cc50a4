import { deployAssembly } from '../../../../rehearsal/assembly/deploy/deploy-assembly';
import { describeDeployable } from '../../../../rehearsal/assembly/describe/describe-deployable';
import { createAuthorizer } from '../../../../rehearsal/assembly/policies/authorizer';
import { anAssembly, type StackSketch } from '../_helpers/an-assembly';
import { startServices, type TestServices } from '../_helpers/endpoint-services';

const NAMESPACE = {
  Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
  Properties: { Name: 'demo.local', Vpc: 'vpc-1' },
};
const MESH = { Type: 'AWS::AppMesh::Mesh', Properties: { MeshName: 'demo' } };
const mesh = (Type: string, Properties: object, DependsOn: readonly string[] = ['Mesh']) => ({
  Type: `AWS::AppMesh::${Type}`,
  Properties: { MeshName: 'demo', ...Properties },
  DependsOn,
});
const LISTENERS = [{ PortMapping: { Port: 80, Protocol: 'http' } }];

describe('deployAssembly', () => {
  let services: TestServices;
  beforeEach(async () => {
    services = await startServices({ account: '000000000000', region: 'eu-west-1' });
  });
  afterEach(() => services.close());

  const deploy = (...stacks: readonly StackSketch[]) =>
    deployAssembly(describeDeployable(anAssembly(...stacks)), services);
  const call = async (
    service: keyof Omit<TestServices, 'startedTasks' | 'close'>,
    operation: string,
    input: object,
  ) =>
    (await services[service].operations[operation]?.run(input as Record<string, unknown>)) as Record<
      string,
      never
    >;

  it('creates a mesh of every kind of resource', async () => {
    const targets = [{ VirtualNode: 'n', Weight: 1 }];
    await deploy({
      Resources: {
        Route: mesh(
          'Route',
          {
            VirtualRouterName: 'r',
            RouteName: 'rt',
            Spec: { HttpRoute: { Match: { Prefix: '/' }, Action: { WeightedTargets: targets } } },
          },
          ['Router', 'Node'],
        ),
        Service: mesh('VirtualService', {
          VirtualServiceName: 's.demo.local',
          Spec: {
            Provider: {
              VirtualRouter: { VirtualRouterName: { 'Fn::GetAtt': ['Router', 'VirtualRouterName'] } },
            },
          },
        }),
        Router: mesh('VirtualRouter', { VirtualRouterName: 'r', Spec: { Listeners: LISTENERS } }),
        Node: mesh('VirtualNode', {
          VirtualNodeName: 'n',
          Spec: { Listeners: LISTENERS, ServiceDiscovery: { DNS: { Hostname: 'n.demo.local' } } },
        }),
        GatewayRoute: mesh(
          'GatewayRoute',
          {
            VirtualGatewayName: 'g',
            GatewayRouteName: 'gr',
            Spec: {
              HttpRoute: {
                Match: { Prefix: '/' },
                Action: {
                  Target: {
                    VirtualService: {
                      VirtualServiceName: { 'Fn::GetAtt': ['Service', 'VirtualServiceName'] },
                    },
                  },
                },
              },
            },
          },
          ['Gateway'],
        ),
        Gateway: mesh('VirtualGateway', { VirtualGatewayName: 'g', Spec: { Listeners: LISTENERS } }),
        Mesh: MESH,
      },
    });
    expect(services.appMesh.snapshot('demo')).toMatchObject({
      virtualNodes: [{ name: 'n', spec: { serviceDiscovery: { dns: { hostname: 'n.demo.local' } } } }],
      virtualRouters: [
        {
          name: 'r',
          routes: [
            {
              name: 'rt',
              spec: { httpRoute: { action: { weightedTargets: [{ virtualNode: 'n', weight: 1 }] } } },
            },
          ],
        },
      ],
      virtualServices: [{ name: 's.demo.local' }],
      virtualGateways: [{ name: 'g', gatewayRoutes: [{ name: 'gr' }] }],
    });
  });

  it('carries the ids that Cloud Map gives into parameters and role policies of other stacks', async () => {
    const id = { 'Fn::GetAtt': ['Namespace', 'Id'] };
    const imported = { 'Fn::ImportValue': 'namespace' };
    const policy = {
      Statement: {
        Effect: 'Allow',
        Action: 'servicediscovery:CreateService',
        Resource: {
          'Fn::Join': ['', ['arn:aws:servicediscovery:eu-west-1:000000000000:namespace/', imported]],
        },
      },
    };
    const deployed = await deploy(
      {
        name: 'base',
        Resources: { Namespace: NAMESPACE },
        Outputs: { Id: { Value: id, Export: { Name: 'namespace' } } },
      },
      {
        name: 'service',
        Resources: {
          Parameter: {
            Type: 'AWS::SSM::Parameter',
            Properties: { Name: '/ns', Type: 'String', Value: imported, Tags: { a: 'b' } },
          },
          Name: {
            Type: 'AWS::ServiceDiscovery::Service',
            Properties: {
              Name: 'ui',
              NamespaceId: imported,
              DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
            },
          },
          Instance: {
            Type: 'AWS::ServiceDiscovery::Instance',
            Properties: {
              InstanceId: 'i',
              ServiceId: { Ref: 'Name' },
              InstanceAttributes: { AWS_INSTANCE_IPV4: '192.0.2.1' },
            },
          },
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: 'r',
              AssumeRolePolicyDocument: {},
              Policies: [{ PolicyName: 'p', PolicyDocument: policy }],
            },
          },
        },
      },
    );
    const { Namespaces } = (await call('cloudMap', 'ListNamespaces', {})) as unknown as {
      Namespaces: { Id: string; Arn: string }[];
    };
    const [namespace] = Namespaces;
    expect(await call('ssm', 'GetParameter', { Name: '/ns' })).toMatchObject({
      Parameter: { Value: namespace?.Id },
    });
    expect(services.cloudMap.instances()).toMatchObject([{ serviceName: 'ui', ip: '192.0.2.1' }]);
    expect(deployed.resources.find(({ logicalId }) => logicalId === 'Namespace')?.physicalId).toBe(
      namespace?.Id,
    );
    const ask = {
      principal: 'r',
      action: 'servicediscovery:CreateService',
      resources: [namespace?.Arn ?? ''],
      context: {},
    };
    expect(createAuthorizer(deployed.roles)(ask).allowed).toBe(true);
  });

  it('creates table, topic, log group and alarm', async () => {
    await deploy({
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 'table',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
            BillingMode: 'PAY_PER_REQUEST',
            SSESpecification: { SSEEnabled: true },
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
          },
        },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news', DisplayName: 'News' } },
        Subscription: {
          Type: 'AWS::SNS::Subscription',
          Properties: { Protocol: 'email', Endpoint: 'a@example.com', TopicArn: { Ref: 'Topic' } },
        },
        Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/log', RetentionInDays: 30 } },
        Alarm: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: {
            AlarmName: 'a',
            Namespace: 'N',
            MetricName: 'M',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 0,
            ComparisonOperator: 'GreaterThanThreshold',
            AlarmActions: [{ Ref: 'Topic' }],
          },
        },
      },
    });
    const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:news';
    expect(await call('dynamoDb', 'DescribeTable', { TableName: 'table' })).toMatchObject({
      Table: { TableStatus: 'ACTIVE' },
    });
    expect(await call('dynamoDb', 'DescribeTimeToLive', { TableName: 'table' })).toMatchObject({
      TimeToLiveDescription: { AttributeName: 'ttl' },
    });
    expect(await call('sns', 'ListSubscriptionsByTopic', { TopicArn })).toMatchObject({
      Subscriptions: [{ Endpoint: 'a@example.com' }],
    });
    expect(await call('logs', 'DescribeLogGroups', {})).toMatchObject({
      logGroups: [{ logGroupName: '/log', retentionInDays: 30 }],
    });
    expect(await call('cloudWatch', 'DescribeAlarms', {})).toMatchObject({
      MetricAlarms: [{ AlarmName: 'a', AlarmActions: [TopicArn] }],
    });
  });

  it('starts the tasks of an ECS service from its registered task definition', async () => {
    const container = {
      Name: 'envoy',
      Image: 'proxy:1',
      Essential: true,
      Environment: [{ Name: 'A', Value: 'B' }],
    };
    await deploy({
      Resources: {
        Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'demo' } },
        Task: {
          Type: 'AWS::ECS::TaskDefinition',
          Properties: {
            Family: 'gateway',
            Cpu: '256',
            Memory: '512',
            NetworkMode: 'awsvpc',
            RequiresCompatibilities: ['FARGATE'],
            ContainerDefinitions: [container],
            ProxyConfiguration: {
              Type: 'APPMESH',
              ContainerName: 'envoy',
              ProxyConfigurationProperties: [
                { Name: 'AppPorts', Value: '80' },
                { Name: 'ProxyIngressPort', Value: '1' },
                { Name: 'ProxyEgressPort', Value: '2' },
                { Name: 'IgnoredUID', Value: '1337' },
              ],
            },
          },
        },
        Service: {
          Type: 'AWS::ECS::Service',
          Properties: {
            ServiceName: 'gateway',
            Cluster: { Ref: 'Cluster' },
            TaskDefinition: { Ref: 'Task' },
            DesiredCount: 2,
            LaunchType: 'FARGATE',
            NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } },
          },
        },
      },
    });
    for (let waited = 0; services.startedTasks.length < 2 && waited < 2000; waited += 5) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(services.startedTasks).toHaveLength(2);
    expect(services.startedTasks[0]?.taskDefinition).toMatchObject({
      family: 'gateway',
      containerDefinitions: [{ name: 'envoy', environment: [{ name: 'A', value: 'B' }] }],
      proxyConfiguration: {
        type: 'APPMESH',
        containerName: 'envoy',
        properties: expect.arrayContaining([{ name: 'AppPorts', value: '80' }]),
      },
    });
  });

  it('fails with stack, logical id and the words of AWS, as a missing DependsOn would', async () => {
    const Router = mesh('VirtualRouter', { VirtualRouterName: 'r', Spec: { Listeners: LISTENERS } }, []);
    await expect(deploy({ Resources: { Mesh: MESH, Router } })).rejects.toMatchObject({
      code: 'DeploymentFailed',
      resource: { stack: 'demo', logicalId: 'Router', type: 'AWS::AppMesh::VirtualRouter' },
      awsCode: 'NotFoundException',
      message: expect.stringMatching(
        /^stack "demo": creating "Router" \(AWS::AppMesh::VirtualRouter\) failed with NotFoundException: /,
      ),
    });
  });

  it('fails on input that the service refuses', async () => {
    const Namespace = { ...NAMESPACE, Properties: { Name: '', Vpc: 'v' } };
    await expect(deploy({ Resources: { Namespace } })).rejects.toMatchObject({ awsCode: 'InvalidInput' });
  });

  it('fails with the cause when the rehearsal itself is at fault', async () => {
    const broken = { ...services, ecs: { operations: {} } };
    const Cluster = { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'demo' } };
    const deployable = describeDeployable(anAssembly({ Resources: { Cluster } }));
    await expect(deployAssembly(deployable, broken)).rejects.toThrow(
      /failed with InternalFailure: the rehearsal's ecs has no operation "CreateCluster".*this is a fault of the rehearsal/,
    );
  });

  it('refuses a state machine that was made with an id known only afterwards', async () => {
    const Machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'm',
        DefinitionString: '{"Comment":"${Id}"}',
        DefinitionSubstitutions: { Id: { Ref: 'Namespace' } },
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    };
    const statement = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'states.amazonaws.com' },
    };
    const Role = {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: [statement] } },
    };
    await expect(deploy({ Resources: { Namespace: NAMESPACE, Machine, Role } })).rejects.toThrow(
      /"m" holds an id that a service makes up at deployment/,
    );
  });
});
