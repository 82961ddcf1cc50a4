import type { EndpointServices } from '../../assembly/deploy/creator';
import type { Authorizer, RehearsalClock, TaskRunner } from '../../contracts';
import { createStateMachineEngine, type RehearsalStateMachineEngine } from '../../state-machine/engine';
import type { ApiContext, ApiService } from '../api';
import { type AwsEndpoint, createAwsEndpoint } from '../server/endpoint';
import { PrincipalRegistry } from '../server/principals';
import { AppMeshService } from '../services/app-mesh/service';
import { createCloudControlService } from '../services/cloud-control/service';
import { ResourceOperator } from '../services/cloudformation/resource-operator';
import { type CloudFormationService, createCloudFormationService } from '../services/cloudformation/service';
import { createCloudWatchService } from '../services/cloudwatch/service';
import { createDeveloperToolServices } from '../services/developer-tools/services';
import { createDynamoDbService } from '../services/dynamodb/service';
import { createEcsService } from '../services/ecs/service';
import { createLogsService, type LogsService } from '../services/logs/service';
import { BUCKET_TYPE, createS3Service } from '../services/s3/service';
import { ServiceDiscoveryService } from '../services/service-discovery/service';
import { createSnsService } from '../services/sns/service';
import { SsmService } from '../services/ssm/service';
import { createStepFunctionsService } from '../services/step-functions/service';
import { createStsService } from '../services/sts/service';
import { runTimeResources } from '../services/tagging/run-time-resources';
import { createTaggingService } from '../services/tagging/service';
import { liveLookup } from './live-lookup';
import { AccountResources } from './resources';

/** What an account is made from. */
export interface AccountOptions {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly account: string;
  readonly tasks: TaskRunner;
  /** Version of the CDK's bootstrap stack; null for an account that was never bootstrapped. @default 28 */
  readonly bootstrapVersion?: number | null;
  /** @default a free one */
  readonly port?: number;
}

/** An AWS account on this machine, without anything in it but what was bootstrapped. */
export interface Account {
  readonly endpoint: AwsEndpoint;
  readonly cloudFormation: CloudFormationService;
  /** Everything that stacks made, and what a test puts there itself. */
  readonly resources: AccountResources;
  readonly services: EndpointServices & { readonly logs: LogsService };
  readonly engine: RehearsalStateMachineEngine;
  close(): Promise<void>;
}

const BOOTSTRAP_VERSION = 28;
const QUALIFIER = 'hnb659fds';

/**
 * Starts an empty account: what the CDK's command line and `canary deploy` and `canary destroy` talk to. Stacks are
 * made through CloudFormation's API; functions and builds do not run in it.
 */
export async function startAccount(options: AccountOptions): Promise<Account> {
  const context: ApiContext = { ...options, changed: () => undefined };
  const cloudMap = new ServiceDiscoveryService(context);
  const ecs = createEcsService(context, { runner: options.tasks, registry: cloudMap });
  const cloudWatch = createCloudWatchService(context);
  const dynamoDb = await createDynamoDbService(context);
  const services = {
    appMesh: new AppMeshService(context),
    cloudMap,
    ecs,
    ssm: new SsmService(context),
    sns: createSnsService(context),
    logs: createLogsService(context),
    cloudWatch,
    dynamoDb,
  };
  const resources = new AccountResources();
  const operator = new ResourceOperator(services, resources);
  const cloudFormation = createCloudFormationService(context, operator, resources);
  const engine = createStateMachineEngine({
    ...context,
    functions: NO_FUNCTIONS,
    authorize: ALL,
    machines: [],
  });
  const endpoint = await createAwsEndpoint({
    ...options,
    authorize: ALL,
    principals: new PrincipalRegistry(),
    services: [
      ...Object.values(services),
      cloudFormation,
      createStepFunctionsService(context, engine),
      createStsService(context),
      createS3Service(context, resources),
      createTaggingService(context, resources, () => runTimeResources(services)),
      createCloudControlService(context, resources, operator, liveLookup(services)),
      ...createDeveloperToolServices(context, resources),
    ] satisfies readonly ApiService[],
  });
  await bootstrap(options, services, resources);
  return {
    endpoint,
    cloudFormation,
    resources,
    services,
    engine,
    close: async () => {
      engine.dispose();
      ecs.close();
      await endpoint.close();
      await dynamoDb.close();
      cloudWatch.close();
    },
  };
}

const ALL: Authorizer = () => ({ allowed: true, reason: 'the operator may do everything' });

const NO_FUNCTIONS = {
  invoke: () => Promise.reject(new Error('functions do not run in an account without a rehearsal')),
  stop: () => Promise.resolve(),
};

/** What `cdk bootstrap` leaves: the version that the CDK asks for, and the bucket for what is uploaded. */
async function bootstrap(
  { region, account, bootstrapVersion = BOOTSTRAP_VERSION }: AccountOptions,
  services: EndpointServices,
  resources: AccountResources,
): Promise<void> {
  if (bootstrapVersion === null) return;
  await services.ssm.operations.PutParameter?.run({
    Name: `/cdk-bootstrap/${QUALIFIER}/version`,
    Type: 'String',
    Value: String(bootstrapVersion),
  });
  const bucket = `cdk-${QUALIFIER}-assets-${account}-${region}`;
  resources.add({ type: BUCKET_TYPE, physicalId: bucket, arn: `arn:aws:s3:::${bucket}` });
}
