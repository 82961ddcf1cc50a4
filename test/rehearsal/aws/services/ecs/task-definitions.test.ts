import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { aTaskDefinition, EcsFixture } from './fixture';

const ecs = new EcsFixture();

afterEach(() => ecs.stop());

describe('task definitions', () => {
  it('get a revision, defaults and a registration time', async () => {
    await ecs.start();
    await ecs.register();
    const { taskDefinition } = await ecs.register({ tags: [{ key: 'a', value: 'b' }] });
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
      revision: 2,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: new Date(ecs.context.clock.now()),
    });
    expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
    });
    const newest = await ecs.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }),
    );
    expect(newest).toMatchObject({ taskDefinition: { revision: 2 }, tags: [{ key: 'a', value: 'b' }] });
  });

  it('are deregistered before they are deleted, and a revision number is never used again', async () => {
    await ecs.start();
    await ecs.register();
    const early = await ecs.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
    expect(early.failures).toHaveLength(1);
    await ecs.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    await ecs.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
    await expect(
      ecs.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' })),
    ).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    });
    expect((await ecs.register()).taskDefinition?.revision).toBe(2);
    expect(
      (await ecs.client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web' }))).taskDefinitionArns,
    ).toHaveLength(1);
  });

  const app = { name: 'app', image: 'i' };
  const proxy = (value: string) => [
    { name: 'AppPorts', value: '8080' },
    { name: 'ProxyIngressPort', value: '15000' },
    { name: 'ProxyEgressPort', value: '15001' },
    { name: 'IgnoredUID', value },
  ];
  it.each<[string, Partial<RegisterTaskDefinitionCommandInput>, string]>([
    [
      'a CPU and memory pair that Fargate does not have',
      { memory: '4096' },
      'No Fargate configuration exists',
    ],
    ['no essential container', { containerDefinitions: [{ ...app, essential: false }] }, 'essential'],
    ['two containers of one name', { containerDefinitions: [app, app] }, 'more than once'],
    [
      'a dependency on nothing',
      { containerDefinitions: [{ ...app, dependsOn: [{ containerName: 'x', condition: 'START' }] }] },
      "depends on 'x'",
    ],
    [
      'a wait for health without a health check',
      {
        containerDefinitions: [
          app,
          { name: 'b', image: 'i', dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }] },
        ],
      },
      'no health check',
    ],
    [
      'a proxy that is no container',
      { proxyConfiguration: { containerName: 'envoy', properties: proxy('1337') } },
      "container 'envoy'",
    ],
    [
      'a proxy without an ignored user',
      { proxyConfiguration: { containerName: 'app', properties: proxy('') } },
      'IgnoredUID',
    ],
    ['another network mode', { networkMode: 'bridge' }, 'awsvpc'],
  ])('refuses %s', async (_what, over, message) => {
    await ecs.start();
    await expect(ecs.register(over)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    });
  });

  it('names the roles that it passes on', async () => {
    await ecs.start();
    const needed = ecs.service.operations.RegisterTaskDefinition!.alsoNeeds!(
      aTaskDefinition({ taskRoleArn: 'arn:aws:iam::1:role/t', executionRoleArn: 'arn:aws:iam::1:role/e' }),
    );
    expect(needed.map(({ action, resources, context: keys }) => [action, resources[0], keys])).toEqual([
      ['iam:PassRole', 'arn:aws:iam::1:role/t', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
      ['iam:PassRole', 'arn:aws:iam::1:role/e', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
    ]);
  });
});
