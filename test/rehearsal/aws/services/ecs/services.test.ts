import {
  DeleteServiceCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { settle } from '../../services-fixtures';
import { crashes, EcsFixture, HEALTH_CHECK, runs } from './fixture';

const ecs = new EcsFixture();

afterEach(() => ecs.stop());

describe('an ECS service', () => {
  it('brings its tasks up and completes its deployment', async () => {
    await ecs.start();
    await ecs.register();
    const created = (await ecs.create({ desiredCount: 2 })).service!;
    expect(created).toMatchObject({ status: 'ACTIVE', runningCount: 0, pendingCount: 2 });
    await ecs.believe();
    const now = await ecs.describeService();
    expect(now).toMatchObject({
      serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
      runningCount: 2,
      pendingCount: 0,
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 }],
    });
    expect(now.events?.[0]?.message).toBe('(service web) has reached a steady state.');
    const [task] = await ecs.tasksNow('RUNNING');
    expect(task).toMatchObject({ lastStatus: 'RUNNING', group: 'service:web', healthStatus: 'UNKNOWN' });
    expect(task?.taskArn).toMatch(/:task\/demo\/[0-9a-f]{32}$/);
  });

  it('refuses a second one of its name, and one without a network', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create({ clientToken: 't' });
    await ecs.create({ clientToken: 't' });
    await expect(ecs.create()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
    await expect(ecs.create({ serviceName: 'b', networkConfiguration: undefined })).rejects.toThrow(
      'Network Configuration',
    );
    await expect(ecs.create({ serviceName: 'c', taskDefinition: 'web:9' })).rejects.toMatchObject({
      name: 'ClientException',
    });
  });

  it('registers a task that runs, reports its health, and deregisters it before SIGTERM', async () => {
    await ecs.start();
    await ecs.register({ containerDefinitions: [{ name: 'app', image: 'i', healthCheck: HEALTH_CHECK }] });
    await ecs.create({
      serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-west-1:1:service/srv-1', port: 8080 }],
    });
    await settle();
    expect((await ecs.describeService()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    ecs.runner.started[0]!.tell({ kind: 'health', status: 'HEALTHY' });
    expect((await ecs.describeService()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
    await ecs.client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 0 }));
    await settle();
    expect(ecs.log).toEqual(['register 127.0.1.1', 'health true', 'deregister', 'sigterm']);
    const [stopped] = await ecs.tasksNow('STOPPED');
    expect(stopped).toMatchObject({ stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 143 }] });
    expect(stopped?.stoppedReason).toContain('Scaling activity initiated by');
  });

  it('replaces a task that fails its container health check', async () => {
    await ecs.start();
    await ecs.register({ containerDefinitions: [{ name: 'app', image: 'i', healthCheck: HEALTH_CHECK }] });
    await ecs.create();
    await settle();
    ecs.runner.started[0]!.tell({ kind: 'health', status: 'UNHEALTHY' });
    await ecs.context.clock.advance(5_000);
    expect(ecs.runner.started).toHaveLength(2);
    const [sick] = await ecs.tasksNow('STOPPED');
    expect(sick).toMatchObject({
      stoppedReason: 'Task failed container health checks',
      healthStatus: 'UNHEALTHY',
    });
    expect((await ecs.describeService()).deployments?.[0]?.failedTasks).toBe(1);
  });

  it('starts a crashing task again and again, ever more slowly', async () => {
    await ecs.start(crashes);
    await ecs.register();
    await ecs.create();
    await settle();
    const counts: number[] = [];
    for (const wait of [4_999, 1, 9_999, 1, 20_000]) {
      await ecs.context.clock.advance(wait);
      counts.push(ecs.runner.started.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 4]);
    const now = await ecs.describeService();
    expect(now.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 4 });
    const stopped = await ecs.tasksNow('STOPPED');
    expect(stopped[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 1 }],
    });
    expect(ecs.service.tasks()[0]?.lastLogLines).toEqual(['boom']);
  });

  it('gives up after three failures when it has a circuit breaker', async () => {
    await ecs.start(crashes);
    await ecs.register();
    await ecs.create({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    await ecs.context.clock.advance(3_600_000);
    expect(ecs.runner.started).toHaveLength(3);
    const now = await ecs.describeService();
    expect(now.deployments?.[0]).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      failedTasks: 3,
    });
  });

  it('rolls back to its last completed deployment when the circuit breaker says so', async () => {
    await ecs.start((tell, request) =>
      (request.taskDefinition.revision === 1 ? runs : crashes)(tell, request),
    );
    await ecs.register();
    await ecs.create({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await ecs.believe();
    await ecs.register();
    await ecs.client.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'web', taskDefinition: 'web:2' }),
    );
    await ecs.context.clock.advance(60_000);
    const now = await ecs.describeService();
    expect(now).toMatchObject({ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
    expect(now.taskDefinition).toMatch(/web:1$/);
  });

  it('replaces its tasks without going below the desired count', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create({ desiredCount: 2 });
    await ecs.believe();
    await ecs.register();
    const { service: updated } = await ecs.client.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'web', taskDefinition: 'web:2' }),
    );
    expect(updated?.deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    expect(updated).toMatchObject({ runningCount: 2, pendingCount: 2 });
    await settle();
    expect(ecs.runner.stopped).toEqual([]);
    await ecs.believe();
    const now = await ecs.describeService();
    expect(now.deployments).toHaveLength(1);
    expect(now).toMatchObject({ runningCount: 2, taskDefinition: expect.stringMatching(/web:2$/) });
  });

  it('makes room first where it may not run more tasks than desired', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create({
      desiredCount: 2,
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
    });
    await ecs.believe();
    await ecs.client.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'web', forceNewDeployment: true }),
    );
    await ecs.context.clock.advance(30_000);
    expect(ecs.runner.started).toHaveLength(4);
    expect(ecs.runner.stopped).toHaveLength(2);
    expect(await ecs.describeService()).toMatchObject({
      runningCount: 2,
      deployments: [{ rolloutState: 'COMPLETED' }],
    });
  });

  it('replaces a task that somebody stops', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create();
    await settle();
    const [task] = await ecs.tasksNow('RUNNING');
    await ecs.client.send(new StopTaskCommand({ cluster: 'demo', task: task!.taskArn, reason: 'drill' }));
    await settle();
    expect(await ecs.describeService()).toMatchObject({ runningCount: 1 });
    expect((await ecs.tasksNow('STOPPED'))[0]).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'drill',
    });
    await expect(ecs.client.send(new StopTaskCommand({ cluster: 'demo', task: 'nope' }))).rejects.toThrow(
      'was not found',
    );
  });

  it('drains, then is inactive, and may be created anew', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create();
    await settle();
    const remove = (force: boolean) =>
      ecs.client.send(new DeleteServiceCommand({ cluster: 'demo', service: 'web', force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await remove(true)).service?.status).toBe('DRAINING');
    await settle();
    expect(await ecs.describeService()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect((await ecs.client.send(new ListServicesCommand({ cluster: 'demo' }))).serviceArns).toEqual([]);
    await expect(
      ecs.client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 1 })),
    ).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    await expect(remove(true)).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    expect((await ecs.create()).service?.status).toBe('ACTIVE');
  });

  it('refuses to be created while it drains', async () => {
    await ecs.start((tell) => tell({ kind: 'running', ip: '127.0.1.1' }));
    ecs.runner.stop = () => new Promise(() => undefined);
    await ecs.register();
    await ecs.create();
    await settle();
    await ecs.client.send(new DeleteServiceCommand({ cluster: 'demo', service: 'web', force: true }));
    await expect(ecs.create()).rejects.toThrow('still Draining');
  });

  it('forgets its stopped tasks after an hour', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create();
    await settle();
    await ecs.client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web', desiredCount: 0 }));
    await ecs.context.clock.advance(3_590_000);
    expect(await ecs.tasksNow('STOPPED')).toHaveLength(1);
    await ecs.context.clock.advance(20_000);
    expect(await ecs.tasksNow('STOPPED')).toEqual([]);
  });

  it('is tagged and untagged', async () => {
    await ecs.start();
    await ecs.register();
    const resourceArn = (await ecs.create({ tags: [{ key: 'a', value: '1' }] })).service!.serviceArn!;
    await ecs.client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '2' }] }));
    await ecs.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    expect((await ecs.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'b', value: '2' },
    ]);
  });
});
