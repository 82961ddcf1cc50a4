import type { ApiContext } from '../aws/api';
import { type AwsEndpoint, createAwsEndpoint } from '../aws/server/endpoint';
import { PrincipalRegistry } from '../aws/server/principals';
import { AppMeshService } from '../aws/services/app-mesh/service';
import { type CloudWatchService, createCloudWatchService } from '../aws/services/cloudwatch/service';
import { createDynamoDbService, type DynamoDbService } from '../aws/services/dynamodb/service';
import { createEcsService, type EcsService } from '../aws/services/ecs/service';
import { createLambdaService } from '../aws/services/lambda/service';
import { createLogsService, type LogsService } from '../aws/services/logs/service';
import { ServiceDiscoveryService } from '../aws/services/service-discovery/service';
import { createSnsService, type SnsService } from '../aws/services/sns/service';
import { SsmService } from '../aws/services/ssm/service';
import { createStepFunctionsService } from '../aws/services/step-functions/service';
import { createStsService } from '../aws/services/sts/service';
import type {
  Authorizer,
  CallRecord,
  FunctionRunner,
  FunctionSpec,
  RehearsalClock,
  TaskRunner,
} from '../contracts';
import { createFunctionRunner, type RehearsalFunctionRunner } from '../functions/function-runner';
import {
  createStateMachineEngine,
  type RehearsalStateMachineEngine,
  type StateMachineEngineOptions,
} from '../state-machine/engine';

/** What the local AWS is made from. */
export interface AwsSideOptions {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly account: string;
  readonly authorize: Authorizer;
  readonly functions: readonly FunctionSpec[];
  readonly machines: NonNullable<StateMachineEngineOptions['machines']>;
  readonly tasks: TaskRunner;
  readonly changed: (what: string) => void;
  readonly onCall: (call: CallRecord) => void;
  readonly onStatus: NonNullable<StateMachineEngineOptions['onStatus']>;
  readonly onState: NonNullable<StateMachineEngineOptions['onState']>;
}

/** The local AWS: one endpoint, its services, the functions and the state machine behind it. */
export interface AwsSide {
  readonly endpoint: AwsEndpoint;
  readonly functions: RehearsalFunctionRunner;
  readonly engine: RehearsalStateMachineEngine;
  readonly appMesh: AppMeshService;
  readonly cloudMap: ServiceDiscoveryService;
  readonly ecs: EcsService;
  readonly ssm: SsmService;
  readonly sns: SnsService;
  readonly logs: LogsService;
  readonly cloudWatch: CloudWatchService;
  readonly dynamoDb: DynamoDbService;
  readonly principals: PrincipalRegistry;
  stop(): Promise<void>;
}

/** Starts the local AWS. Nothing is deployed in it yet. */
export async function startAwsSide(options: AwsSideOptions): Promise<AwsSide> {
  const { clock, region, account } = options;
  const context: ApiContext = { clock, region, account, changed: options.changed };
  const principals = new PrincipalRegistry();
  const late = lateFunctions();
  const engine = createStateMachineEngine({ ...options, functions: late });
  const cloudMap = new ServiceDiscoveryService(context);
  const services = {
    appMesh: new AppMeshService(context),
    cloudMap,
    ecs: createEcsService(context, { runner: options.tasks, registry: cloudMap }),
    ssm: new SsmService(context),
    sns: createSnsService(context),
    logs: createLogsService(context),
    cloudWatch: createCloudWatchService(context),
    dynamoDb: await createDynamoDbService(context),
  };
  const endpoint = await createAwsEndpoint({
    ...options,
    principals,
    services: [
      ...Object.values(services),
      createStepFunctionsService(context, engine),
      createStsService(context),
      createLambdaService(context, { functions: options.functions, runner: late }),
    ],
  });
  const functions = createFunctionRunner({
    functions: options.functions,
    clock,
    endpointUrl: endpoint.url,
    accessKeyFor: (roleName) => principals.accessKeyFor(roleName),
    region,
    onLog: (name, line) => services.logs.append(`/aws/lambda/${name}`, 'rehearsal', line),
  });
  late.bind(functions);
  return {
    endpoint,
    functions,
    engine,
    principals,
    ...services,
    stop: () => stopAll({ endpoint, functions, engine, ...services }),
  };
}

/** The functions need the endpoint's address, and the endpoint needs the functions: they are bound afterwards. */
function lateFunctions(): FunctionRunner & { bind(runner: FunctionRunner): void } {
  let bound: FunctionRunner | undefined;
  const runner = (): FunctionRunner => {
    if (bound === undefined) {
      throw new Error('a function was invoked before the endpoint listened');
    }
    return bound;
  };
  return {
    bind: (functions) => {
      bound = functions;
    },
    invoke: (arn, payload) => runner().invoke(arn, payload),
    stop: () => runner().stop(),
  };
}

async function stopAll(
  side: Pick<AwsSide, 'endpoint' | 'functions' | 'engine' | 'ecs' | 'cloudWatch' | 'dynamoDb'>,
): Promise<void> {
  side.engine.dispose();
  side.ecs.close();
  await side.functions.stop();
  await side.endpoint.close();
  await side.dynamoDb.close();
  side.cloudWatch.close();
}
