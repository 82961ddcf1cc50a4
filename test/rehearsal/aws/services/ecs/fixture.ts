import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  type CreateServiceCommandOutput,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RegisterTaskDefinitionCommandOutput,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import type { InstanceRegistry } from '../../../../../rehearsal/aws/services/ecs/instance-registry';
import { createEcsService, type EcsService } from '../../../../../rehearsal/aws/services/ecs/service';
import type { TaskChange, TaskRequest } from '../../../../../rehearsal/contracts';
import { aContext, aRunner, type ScriptedRunner, serve } from '../../services-fixtures';

/** What a task does once it is started. */
type OnStart = (tell: (change: TaskChange) => void, request: TaskRequest) => void;
export const runs: OnStart = (tell) => tell({ kind: 'running', ip: '127.0.1.1' });
export const crashes: OnStart = (tell) => {
  tell({ kind: 'running', ip: '127.0.1.1' });
  tell({
    kind: 'stopped',
    stoppedReason: 'Essential container in task exited',
    exitCode: 1,
    lastLogLines: ['boom'],
  });
};

export const aTaskDefinition = (
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
export const aService = (over: Partial<CreateServiceCommandInput> = {}): CreateServiceCommandInput => ({
  cluster: 'demo',
  serviceName: 'web',
  taskDefinition: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  ...over,
});
export const HEALTH_CHECK = { command: ['CMD', 'true'], interval: 5, timeout: 2, retries: 3 };

/** ECS behind the endpoint with the cluster "demo", a runner that plays tasks, and a client. */
export class EcsFixture {
  context!: ReturnType<typeof aContext>;
  runner!: ScriptedRunner;
  service!: EcsService;
  client!: ECSClient;
  /** What became of tasks and their registrations, in order. */
  log: string[] = [];
  private endpoint!: Awaited<ReturnType<typeof serve>>['endpoint'];

  async start(onStart: OnStart = runs): Promise<void> {
    this.context = aContext();
    this.log = [];
    this.runner = aRunner(onStart, this.log);
    this.service = createEcsService(this.context, { runner: this.runner, registry: registryInto(this.log) });
    const served = await serve(this.context, [this.service]);
    this.endpoint = served.endpoint;
    this.client = new ECSClient(served.config);
    await this.client.send(new CreateClusterCommand({ clusterName: 'demo' }));
  }

  /** After each test. */
  async stop(): Promise<void> {
    this.service.close();
    this.client.destroy();
    await this.endpoint.close();
  }

  register(
    over: Partial<RegisterTaskDefinitionCommandInput> = {},
  ): Promise<RegisterTaskDefinitionCommandOutput> {
    return this.client.send(new RegisterTaskDefinitionCommand(aTaskDefinition(over)));
  }

  create(over: Partial<CreateServiceCommandInput> = {}): Promise<CreateServiceCommandOutput> {
    return this.client.send(new CreateServiceCommand(aService(over)));
  }

  async describeService(): Promise<Service> {
    const command = new DescribeServicesCommand({ cluster: 'demo', services: ['web'] });
    return (await this.client.send(command)).services![0]!;
  }

  async tasksNow(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> {
    const { taskArns = [] } = await this.client.send(
      new ListTasksCommand({ cluster: 'demo', serviceName: 'web', desiredStatus }),
    );
    if (taskArns.length === 0) return [];
    return (await this.client.send(new DescribeTasksCommand({ cluster: 'demo', tasks: taskArns }))).tasks!;
  }

  /** Time for the scheduler to count on tasks without a health check. */
  believe(): Promise<void> {
    return this.context.clock.advance(10_000);
  }
}

/** A service registry that writes down what it is told. */
function registryInto(log: string[]): InstanceRegistry {
  return {
    register: (_arn, _id, attributes) => void log.push(`register ${attributes.AWS_INSTANCE_IPV4}`),
    deregister: () => void log.push('deregister'),
    setHealth: (_arn, _id, healthy) => void log.push(`health ${healthy}`),
  };
}
