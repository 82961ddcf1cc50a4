import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { InstanceRegistry } from '../../../rehearsal/aws/services/ecs/instance-registry';
import { createEcsService, type EcsService } from '../../../rehearsal/aws/services/ecs/service';
import type { TaskChange, TaskRequest } from '../../../rehearsal/contracts';
import { aContext, aRunner, type ScriptedRunner, serve, settle } from './services-fixtures';

let context: ReturnType<typeof aContext>;
let runner: ScriptedRunner;
let service: EcsService;
let endpoint: Awaited<ReturnType<typeof serve>>['endpoint'];
let client: ECSClient;
let log: string[];

const registry: InstanceRegistry = {
  register: (_arn, _id, attributes) => void log.push(`register ${attributes.AWS_INSTANCE_IPV4}`),
  deregister: () => void log.push('deregister'),
  setHealth: (_arn, _id, healthy) => void log.push(`health ${healthy}`),
};

type OnStart = (tell: (change: TaskChange) => void, request: TaskRequest) => void;
const runs: OnStart = (tell) => tell({ kind: 'running', ip: '127.0.1.1' });
const crashes: OnStart = (tell) => {
  tell({ kind: 'running', ip: '127.0.1.1' });
  tell({
    kind: 'stopped',
    stoppedReason: 'Essential container in task exited',
    exitCode: 1,
    lastLogLines: ['boom'],
  });
};

async function start(onStart: OnStart = runs): Promise<void> {
  context = aContext();
  log = [];
  runner = aRunner(onStart, log);
  service = createEcsService(context, { runner, registry });
  const served = await serve(context, [service]);
  endpoint = served.endpoint;
  client = new ECSClient(served.config);
  await client.send(new CreateClusterCommand({ clusterName: 'demo' }));
}

afterEach(async () => {
  service.close();
  client.destroy();
  await endpoint.close();
});

const aTaskDefinition = (
  over: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput => ({
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'web:1', portMappings: [{ containerPort: 8080 }] }],
  ...over,
});
const aService = (over: Partial<CreateServiceCommandInput> = {}): CreateServiceCommandInput => ({
  cluster: 'demo',
  serviceName: 'web',
  taskDefinition: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  ...over,
});
const register = (over: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
  client.send(new RegisterTaskDefinitionCommand(aTaskDefinition(over)));
const create = (over: Partial<CreateServiceCommandInput> = {}) =>
  client.send(new CreateServiceCommand(aService(over)));
const describeService = async () =>
  (await client.send(new DescribeServicesCommand({ cluster: 'demo', services: ['web'] }))).services![0]!;
const tasksNow = async (desiredStatus: 'RUNNING' | 'STOPPED') => {
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({ cluster: 'demo', serviceName: 'web', desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  return (await client.send(new DescribeTasksCommand({ cluster: 'demo', tasks: taskArns }))).tasks!;
};
/** Time for the scheduler to count on tasks without a health check. */
const believe = () => context.clock.advance(10_000);
const HEALTH_CHECK = { command: ['CMD', 'true'], interval: 5, timeout: 2, retries: 3 };

describe('clusters', () => {
  it('are created once, described, listed and deleted', async () => {
    await start();
    await client.send(new CreateClusterCommand({ clusterName: 'demo' }));
    const { clusters, failures } = await client.send(
      new DescribeClustersCommand({ clusters: ['demo', 'nope'] }),
    );
    expect(clusters).toEqual([
      expect.objectContaining({
        clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
        status: 'ACTIVE',
      }),
    ]);
    expect(failures).toEqual([expect.objectContaining({ reason: 'MISSING' })]);
    await client.send(new DeleteClusterCommand({ cluster: 'demo' }));
    expect((await client.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  });

  it('refuses to delete one that has a service, and calls for one that does not exist', async () => {
    await start();
    await register();
    await create();
    await expect(client.send(new DeleteClusterCommand({ cluster: 'demo' }))).rejects.toThrow(
      'Services are active',
    );
    await expect(client.send(new ListServicesCommand({ cluster: 'nope' }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    });
  });
});

describe('task definitions', () => {
  it('get a revision, defaults and a registration time', async () => {
    await start();
    await register();
    const { taskDefinition } = await register({ tags: [{ key: 'a', value: 'b' }] });
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
      revision: 2,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: new Date(context.clock.now()),
    });
    expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
    });
    const newest = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }),
    );
    expect(newest).toMatchObject({ taskDefinition: { revision: 2 }, tags: [{ key: 'a', value: 'b' }] });
  });

  it('are deregistered before they are deleted, and a revision number is never used again', async () => {
    await start();
    await register();
    const early = await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
    expect(early.failures).toHaveLength(1);
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
    await expect(
      client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' })),
    ).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    });
    expect((await register()).taskDefinition?.revision).toBe(2);
    expect(
      (await client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web' }))).taskDefinitionArns,
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
    await start();
    await expect(register(over)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    });
  });

  it('names the roles that it passes on', async () => {
    await start();
    const needed = service.operations.RegisterTaskDefinition!.alsoNeeds!(
      aTaskDefinition({ taskRoleArn: 'arn:aws:iam::1:role/t', executionRoleArn: 'arn:aws:iam::1:role/e' }),
    );
    expect(needed.map(({ action, resources, context: keys }) => [action, resources[0], keys])).toEqual([
      ['iam:PassRole', 'arn:aws:iam::1:role/t', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
      ['iam:PassRole', 'arn:aws:iam::1:role/e', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
    ]);
  });
});

describe('an ECS service', () => {
  it('brings its tasks up and completes its deployment', async () => {
    await start();
    await register();
    const created = (await create({ desiredCount: 2 })).service!;
    expect(created).toMatchObject({ status: 'ACTIVE', runningCount: 0, pendingCount: 2 });
    await believe();
    const now = await describeService();
    expect(now).toMatchObject({
      serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
      runningCount: 2,
      pendingCount: 0,
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 }],
    });
    expect(now.events?.[0]?.message).toBe('(service web) has reached a steady state.');
    const [task] = await tasksNow('RUNNING');
    expect(task).toMatchObject({ lastStatus: 'RUNNING', group: 'service:web', healthStatus: 'UNKNOWN' });
    expect(task?.taskArn).toMatch(/:task\/demo\/[0-9a-f]{32}$/);
  });

  it('refuses a second one of its name, and one without a network', async () => {
    await start();
    await register();
    await create({ clientToken: 't' });
    await create({ clientToken: 't' });
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
    await expect(create({ serviceName: 'b', networkConfiguration: undefined })).rejects.toThrow(
      'Network Configuration',
    );
    await expect(create({ serviceName: 'c', taskDefinition: 'web:9' })).rejects.toMatchObject({
      name: 'ClientException',
    });
  });

  it('registers a task that runs, reports its health, and deregisters it before SIGTERM', async () => {
    await start();
    await register({ containerDefinitions: [{ name: 'app', image: 'i', healthCheck: HEALTH_CHECK }] });
    await create({
      serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-west-1:1:service/srv-1', port: 8080 }],
    });
    await settle();
    expect((await describeService()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    runner.started[0]!.tell({ kind: 'health', status: 'HEALTHY' });
    expect((await describeService()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
    await client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 0 }));
    await settle();
    expect(log).toEqual(['register 127.0.1.1', 'health true', 'deregister', 'sigterm']);
    const [stopped] = await tasksNow('STOPPED');
    expect(stopped).toMatchObject({ stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 143 }] });
    expect(stopped?.stoppedReason).toContain('Scaling activity initiated by');
  });

  it('replaces a task that fails its container health check', async () => {
    await start();
    await register({ containerDefinitions: [{ name: 'app', image: 'i', healthCheck: HEALTH_CHECK }] });
    await create();
    await settle();
    runner.started[0]!.tell({ kind: 'health', status: 'UNHEALTHY' });
    await context.clock.advance(5_000);
    expect(runner.started).toHaveLength(2);
    const [sick] = await tasksNow('STOPPED');
    expect(sick).toMatchObject({
      stoppedReason: 'Task failed container health checks',
      healthStatus: 'UNHEALTHY',
    });
    expect((await describeService()).deployments?.[0]?.failedTasks).toBe(1);
  });

  it('starts a crashing task again and again, ever more slowly', async () => {
    await start(crashes);
    await register();
    await create();
    await settle();
    const counts: number[] = [];
    for (const wait of [4_999, 1, 9_999, 1, 20_000]) {
      await context.clock.advance(wait);
      counts.push(runner.started.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 4]);
    const now = await describeService();
    expect(now.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 4 });
    const stopped = await tasksNow('STOPPED');
    expect(stopped[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 1 }],
    });
    expect(service.tasks()[0]?.lastLogLines).toEqual(['boom']);
  });

  it('gives up after three failures when it has a circuit breaker', async () => {
    await start(crashes);
    await register();
    await create({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    await context.clock.advance(3_600_000);
    expect(runner.started).toHaveLength(3);
    const now = await describeService();
    expect(now.deployments?.[0]).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      failedTasks: 3,
    });
  });

  it('rolls back to its last completed deployment when the circuit breaker says so', async () => {
    await start((tell, request) => (request.taskDefinition.revision === 1 ? runs : crashes)(tell, request));
    await register();
    await create({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
    await believe();
    await register();
    await client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', taskDefinition: 'web:2' }));
    await context.clock.advance(60_000);
    const now = await describeService();
    expect(now).toMatchObject({ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
    expect(now.taskDefinition).toMatch(/web:1$/);
  });

  it('replaces its tasks without going below the desired count', async () => {
    await start();
    await register();
    await create({ desiredCount: 2 });
    await believe();
    await register();
    const { service: updated } = await client.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'web', taskDefinition: 'web:2' }),
    );
    expect(updated?.deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    expect(updated).toMatchObject({ runningCount: 2, pendingCount: 2 });
    await settle();
    expect(runner.stopped).toEqual([]);
    await believe();
    const now = await describeService();
    expect(now.deployments).toHaveLength(1);
    expect(now).toMatchObject({ runningCount: 2, taskDefinition: expect.stringMatching(/web:2$/) });
  });

  it('makes room first where it may not run more tasks than desired', async () => {
    await start();
    await register();
    await create({
      desiredCount: 2,
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
    });
    await believe();
    await client.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'web', forceNewDeployment: true }),
    );
    await context.clock.advance(30_000);
    expect(runner.started).toHaveLength(4);
    expect(runner.stopped).toHaveLength(2);
    expect(await describeService()).toMatchObject({
      runningCount: 2,
      deployments: [{ rolloutState: 'COMPLETED' }],
    });
  });

  it('replaces a task that somebody stops', async () => {
    await start();
    await register();
    await create();
    await settle();
    const [task] = await tasksNow('RUNNING');
    await client.send(new StopTaskCommand({ cluster: 'demo', task: task!.taskArn, reason: 'drill' }));
    await settle();
    expect(await describeService()).toMatchObject({ runningCount: 1 });
    expect((await tasksNow('STOPPED'))[0]).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'drill',
    });
    await expect(client.send(new StopTaskCommand({ cluster: 'demo', task: 'nope' }))).rejects.toThrow(
      'was not found',
    );
  });

  it('drains, then is inactive, and may be created anew', async () => {
    await start();
    await register();
    await create();
    await settle();
    const remove = (force: boolean) =>
      client.send(new DeleteServiceCommand({ cluster: 'demo', service: 'web', force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await remove(true)).service?.status).toBe('DRAINING');
    await settle();
    expect(await describeService()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect((await client.send(new ListServicesCommand({ cluster: 'demo' }))).serviceArns).toEqual([]);
    await expect(
      client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 1 })),
    ).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    await expect(remove(true)).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    expect((await create()).service?.status).toBe('ACTIVE');
  });

  it('refuses to be created while it drains', async () => {
    await start((tell) => tell({ kind: 'running', ip: '127.0.1.1' }));
    runner.stop = () => new Promise(() => undefined);
    await register();
    await create();
    await settle();
    await client.send(new DeleteServiceCommand({ cluster: 'demo', service: 'web', force: true }));
    await expect(create()).rejects.toThrow('still Draining');
  });

  it('forgets its stopped tasks after an hour', async () => {
    await start();
    await register();
    await create();
    await settle();
    await client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 0 }));
    await context.clock.advance(3_590_000);
    expect(await tasksNow('STOPPED')).toHaveLength(1);
    await context.clock.advance(20_000);
    expect(await tasksNow('STOPPED')).toEqual([]);
  });

  it('is tagged and untagged', async () => {
    await start();
    await register();
    const resourceArn = (await create({ tags: [{ key: 'a', value: '1' }] })).service!.serviceArn!;
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '2' }] }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'b', value: '2' },
    ]);
  });
});
