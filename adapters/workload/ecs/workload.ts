import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  type Task,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import {
  type ServiceBinding,
  versionOfResource,
  versionResourceName,
} from '../../../core/config/service-binding';
import { CanaryError } from '../../../core/errors';
import type { VersionSpec, Workload, WorkloadStatus } from '../../../core/ports/workload';
import { type AwsCall, callAws, isAwsError } from '../../aws-errors';
import { TaskDefinitions } from './definitions';
import { VersionDiscovery } from './discovery';
import { renderService } from './service';
import { renderTaskDefinition, type TaskDecorator } from './task-definition';
import { readFailures, readTasks } from './tasks';

/** What the workload is made of. */
export interface EcsWorkloadOptions {
  readonly ecs: ECSClient;
  readonly cloudMap: ServiceDiscoveryClient;
  readonly binding: ServiceBinding;
  /** Adds the traffic router's proxy to each task definition. */
  readonly decorate: TaskDecorator;
}

const GONE: WorkloadStatus = {
  state: 'absent',
  desired: 0,
  running: 0,
  alive: 0,
  ready: 0,
  failures: [],
  gaveUp: false,
};

/** One service's versions in ECS on Fargate: per version a task definition, a Cloud Map service, an ECS service. */
export class EcsWorkload implements Workload {
  private readonly ecs: ECSClient;
  private readonly binding: ServiceBinding;
  private readonly definitions: TaskDefinitions;
  private readonly discovery: VersionDiscovery;

  constructor(private readonly options: EcsWorkloadOptions) {
    this.ecs = options.ecs;
    this.binding = options.binding;
    this.definitions = new TaskDefinitions(options.ecs);
    this.discovery = new VersionDiscovery(options.cloudMap, options.binding);
  }

  async create(spec: VersionSpec): Promise<void> {
    const definition = renderTaskDefinition(this.binding, spec, this.options.decorate);
    const existing = await this.find(spec.version);
    if (existing?.status === 'DRAINING') {
      throw this.stillDraining(spec.version);
    }
    if (existing?.status === 'ACTIVE') {
      await this.raise(spec, existing);
      return;
    }
    // First, so that `list` names the version before anything else of it exists.
    const taskDefinition = await this.definitions.ensure(definition);
    const registryArn = await this.discovery.ensure(spec.version);
    await this.createService(spec, { registryArn, taskDefinition });
  }

  async describe(version: string): Promise<WorkloadStatus> {
    const service = await this.find(version);
    if (service?.status !== 'ACTIVE' && service?.status !== 'DRAINING') {
      return GONE;
    }
    const name = versionResourceName(this.binding, version);
    const [kept, stopped] = await Promise.all([
      readTasks(this.ecs, this.binding.cluster, name, 'RUNNING'),
      readTasks(this.ecs, this.binding.cluster, name, 'STOPPED'),
    ]);
    const running = kept.filter((task) => task.lastStatus === 'RUNNING');
    const ready = await Promise.all(running.map((task) => this.isReady(task)));
    return {
      state: service.status === 'ACTIVE' ? 'active' : 'draining',
      desired: service.desiredCount ?? 0,
      running: running.length,
      alive: Math.max(
        kept.length + stopped.filter((task) => task.lastStatus !== 'STOPPED').length,
        (service.runningCount ?? 0) + (service.pendingCount ?? 0),
      ),
      ready: ready.filter(Boolean).length,
      failures: readFailures(stopped.filter((task) => task.lastStatus === 'STOPPED')),
      gaveUp: (service.deployments ?? []).some((deployment) => deployment.rolloutState === 'FAILED'),
    };
  }

  async countRunning(version: string): Promise<number> {
    const service = await this.find(version);
    return service?.status === 'ACTIVE' ? (service.runningCount ?? 0) : 0;
  }

  async scale(version: string, desired: number): Promise<void> {
    const { cluster } = this.binding;
    const service = versionResourceName(this.binding, version);
    await callAws(this.call('UpdateService', { service }), () =>
      this.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: desired })),
    );
  }

  async remove(version: string): Promise<'pending' | 'removed'> {
    const service = await this.find(version);
    if (service?.status === 'DRAINING') {
      return 'pending';
    }
    if (service?.status === 'ACTIVE') {
      await this.removeService(version, service);
      return 'pending';
    }
    const registered = await this.definitions.registered(versionResourceName(this.binding, version));
    if (registered.length === 0) {
      return 'removed';
    }
    // ECS remembers for a while what it deleted, its registry included.
    const registryArn = service?.serviceRegistries?.[0]?.registryArn;
    if ((await this.discovery.remove(version, registryArn)) === 'pending') {
      return 'pending';
    }
    // Last, so that `list` names the version until nothing else of it is left.
    await this.definitions.deregister(registered);
    return 'removed';
  }

  async list(): Promise<readonly string[]> {
    const families = await this.definitions.families(versionResourceName(this.binding, ''));
    return families.flatMap((family) => versionOfResource(this.binding, family) ?? []);
  }

  /** A version never shrinks by being created again: somebody may have scaled it up since. */
  private async raise(spec: VersionSpec, existing: Service): Promise<void> {
    if ((existing.desiredCount ?? 0) < spec.desired) {
      await this.scale(spec.version, spec.desired);
    }
  }

  private async createService(
    spec: VersionSpec,
    parts: { readonly taskDefinition: string; readonly registryArn: string },
  ): Promise<void> {
    const input = renderService(this.binding, spec, parts);
    await callAws(this.call('CreateService', { service: input.serviceName }), async () => {
      try {
        await this.ecs.send(new CreateServiceCommand(input));
      } catch (error) {
        // ECS has no word of its own for a name that is taken, so the service itself is asked.
        if (!isAwsError(error, 'InvalidParameterException') || !(await this.isActive(spec.version))) {
          throw error;
        }
      }
    });
  }

  private async isActive(version: string): Promise<boolean> {
    return (await this.find(version))?.status === 'ACTIVE';
  }

  private async removeService(version: string, service: Service): Promise<void> {
    if ((service.desiredCount ?? 0) > 0) {
      await this.ignoringGone(() => this.scale(version, 0));
      return;
    }
    if ((service.runningCount ?? 0) + (service.pendingCount ?? 0) === 0) {
      const name = versionResourceName(this.binding, version);
      await this.ignoringGone(() =>
        callAws(this.call('DeleteService', { service: name }), () =>
          this.ecs.send(new DeleteServiceCommand({ cluster: this.binding.cluster, service: name })),
        ),
      );
    }
  }

  /** Somebody else may have deleted the service since it was described. */
  private async ignoringGone(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const gone = ['ServiceNotFoundException', 'ServiceNotActiveException'];
      if (!(error instanceof CanaryError && isAwsError(error.cause, ...gone))) {
        throw error;
      }
    }
  }

  private async isReady(task: Task): Promise<boolean> {
    if (task.healthStatus === 'HEALTHY') {
      return true;
    }
    const definition = task.taskDefinitionArn;
    return definition !== undefined && !(await this.definitions.hasHealthCheck(definition));
  }

  private async find(version: string): Promise<Service | undefined> {
    const name = versionResourceName(this.binding, version);
    const { services } = await callAws(this.call('DescribeServices', { service: name }), () =>
      this.ecs.send(new DescribeServicesCommand({ cluster: this.binding.cluster, services: [name] })),
    );
    return services?.[0];
  }

  private stillDraining(version: string): CanaryError {
    const service = versionResourceName(this.binding, version);
    return new CanaryError(
      'AwsCallFailed',
      `ECS service "${service}" cannot be created: one of that name is still draining; the same call succeeds once its last task has ended`,
      { cluster: this.binding.cluster, service },
    );
  }

  private call(operation: string, on: AwsCall['on']): AwsCall {
    return { action: `ecs:${operation}`, on: { ...on, cluster: this.binding.cluster } };
  }
}
