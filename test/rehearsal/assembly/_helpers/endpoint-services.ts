import type { EndpointServices } from '../../../../rehearsal/assembly/deploy/creator';
import { AppMeshService } from '../../../../rehearsal/aws/services/app-mesh/service';
import { createCloudWatchService } from '../../../../rehearsal/aws/services/cloudwatch/service';
import { createDynamoDbService } from '../../../../rehearsal/aws/services/dynamodb/service';
import { createEcsService, type EcsService } from '../../../../rehearsal/aws/services/ecs/service';
import { createLogsService } from '../../../../rehearsal/aws/services/logs/service';
import { ServiceDiscoveryService } from '../../../../rehearsal/aws/services/service-discovery/service';
import { createSnsService } from '../../../../rehearsal/aws/services/sns/service';
import { SsmService } from '../../../../rehearsal/aws/services/ssm/service';
import { createRehearsalClock } from '../../../../rehearsal/clock/rehearsal-clock';
import type { TaskRequest } from '../../../../rehearsal/contracts';

/** The endpoint's real services, with tasks that are noted instead of run. */
export interface TestServices extends EndpointServices {
  readonly appMesh: AppMeshService;
  readonly cloudMap: ServiceDiscoveryService;
  readonly ecs: EcsService;
  readonly startedTasks: readonly TaskRequest[];
  close(): Promise<void>;
}

/** Starts the services in which an assembly is deployed. */
export async function startServices(environment: {
  readonly account: string;
  readonly region: string;
}): Promise<TestServices> {
  const context = { ...environment, clock: createRehearsalClock({ speed: 100 }), changed: () => {} };
  const startedTasks: TaskRequest[] = [];
  const runner = {
    start: (task: TaskRequest) => startedTasks.push(task),
    stop: async () => {},
    kill: () => {},
    stopAll: async () => {},
  };
  const cloudMap = new ServiceDiscoveryService(context);
  const ecs = createEcsService(context, { runner, registry: cloudMap });
  const cloudWatch = createCloudWatchService(context);
  const dynamoDb = await createDynamoDbService(context);
  return {
    appMesh: new AppMeshService(context),
    cloudMap,
    ecs,
    cloudWatch,
    dynamoDb,
    ssm: new SsmService(context),
    sns: createSnsService(context),
    logs: createLogsService(context),
    startedTasks,
    close: async () => {
      ecs.close();
      cloudWatch.close();
      await dynamoDb.close();
    },
  };
}
