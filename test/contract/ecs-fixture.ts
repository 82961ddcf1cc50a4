import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { CreatePrivateDnsNamespaceCommand, ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { createCloudMapClient, createEcsClient } from '../../adapters/clients';
import { createTaskDecorator } from '../../adapters/traffic/create-traffic-router';
import { EcsWorkload } from '../../adapters/workload/ecs/workload';
import { versionOfResource } from '../../core/config/service-binding';
import { createEcsService, type EcsService } from '../../rehearsal/aws/services/ecs/service';
import { ServiceDiscoveryService } from '../../rehearsal/aws/services/service-discovery/service';
import type { TaskChange, TaskRequest, TaskRunner } from '../../rehearsal/contracts';
import { aBinding } from './builders';
import { startLocalAws } from './local-aws';
import type { TaskBehaviour } from './workload.contract';

type Tell = (change: TaskChange) => void;

/** Runs no process; tasks do what their version's behaviour says. */
class FakeRunner implements TaskRunner {
  /** True leaves tasks running that should stop. */
  isStubborn = false;
  readonly behaviours = new Map<string, TaskBehaviour>();
  private readonly running = new Map<string, Tell>();

  start(request: TaskRequest, tell: Tell): void {
    const version = versionOfResource(aBinding(), request.serviceName) ?? '';
    const behaviour = this.behaviours.get(version) ?? 'ready';
    this.running.set(request.taskArn, tell);
    setImmediate(() => {
      tell({ kind: 'running', ip: '127.0.1.1' });
      if (behaviour === 'ready') tell({ kind: 'health', status: 'HEALTHY' });
      if (behaviour === 'crash') {
        const stoppedReason = 'Essential container in task exited';
        tell({ kind: 'stopped', stoppedReason, exitCode: 3, lastLogLines: ['boom'] });
      }
    });
  }

  async stop(taskArn: string, reason: string): Promise<void> {
    if (this.isStubborn) return new Promise(() => undefined);
    this.running.get(taskArn)?.({ kind: 'stopped', stoppedReason: reason, exitCode: 143, lastLogLines: [] });
    this.running.delete(taskArn);
  }

  kill(): void {}

  async stopAll(): Promise<void> {
    this.running.clear();
  }
}

/** The ECS workload of service `web` against the local AWS endpoint. */
export async function startEcs() {
  const runner = new FakeRunner();
  let ecsService: EcsService | undefined;
  let cloudMapService: ServiceDiscoveryService | undefined;
  const aws = await startLocalAws((context) => {
    cloudMapService = new ServiceDiscoveryService(context);
    ecsService = createEcsService(context, { runner, registry: cloudMapService });
    return [ecsService, cloudMapService];
  });
  const ecs = createEcsClient(aws.settings);
  const cloudMap = createCloudMapClient(aws.settings);
  await ecs.send(new CreateClusterCommand({ clusterName: 'demo' }));
  await cloudMap.send(new CreatePrivateDnsNamespaceCommand({ Name: 'demo.local', Vpc: 'vpc-1' }));
  const { Namespaces = [] } = await cloudMap.send(new ListNamespacesCommand({}));
  const binding = aBinding({ namespaceId: Namespaces[0]?.Id ?? '' });
  const workload = new EcsWorkload({ ecs, cloudMap, binding, decorate: createTaskDecorator(binding) });
  return {
    aws,
    runner,
    ecs,
    cloudMap,
    binding,
    workload,
    instances: () => cloudMapService?.instances() ?? [],
    behave: (version: string, behaviour: TaskBehaviour) => void runner.behaviours.set(version, behaviour),
    settle: () => aws.clock.advance(120_000),
    close: async () => {
      ecsService?.close();
      ecs.destroy();
      cloudMap.destroy();
      await aws.close();
    },
  };
}
