import { deployAssembly } from '../assembly/deploy/deploy-assembly';
import type { DeployableAssembly } from '../assembly/describe/deployable';
import { createAuthorizer } from '../assembly/policies/authorizer';
import { type AskedPermission, observeAuthorizer } from '../assembly/policies/observed';
import type { ApiContext, ApiService } from '../aws/api';
import type { RateLimit } from '../aws/limits/rate-limit';
import { type AwsEndpoint, createAwsEndpoint } from '../aws/server/endpoint';
import { PrincipalRegistry } from '../aws/server/principals';
import { AppMeshService } from '../aws/services/app-mesh/service';
import { type CloudWatchService, createCloudWatchService } from '../aws/services/cloudwatch/service';
import { createCodePipelineService, LatePipelines } from '../aws/services/code-pipeline/service';
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
import {
  createFunctionRunner,
  type FunctionRunnerOptions,
  type RehearsalFunctionRunner,
} from '../functions/function-runner';
import {
  createStateMachineEngine,
  type RehearsalStateMachineEngine,
  type StateMachineEngineOptions,
} from '../state-machine/engine';

/** What the local AWS is made from. */
export interface AwsSideOptions {
  readonly clock: RehearsalClock;
  readonly deployable: DeployableAssembly;
  readonly tasks: TaskRunner;
  /** Idle function environments kept loaded. @default the function runner's */
  readonly keepWarm?: number;
  /** Rates above which the endpoint throttles. @default none */
  readonly limits?: readonly RateLimit[];
  /** Makes what runs functions. @default a worker thread for each environment of a function */
  readonly createRunner?: (
    options: FunctionRunnerOptions,
    endpoint: Pick<AwsEndpoint, 'dispatch'>,
  ) => RehearsalFunctionRunner;
  /** Numbers from 0 to 1 for the jitter of retries. @default Math.random */
  readonly random?: () => number;
  readonly changed: (what: string) => void;
  readonly onCall: (call: CallRecord) => void;
  /** Told of every permission that is asked for, once the assembly is deployed. */
  readonly onAsked?: (asked: AskedPermission) => void;
  readonly onStatus: NonNullable<StateMachineEngineOptions['onStatus']>;
  readonly onState: NonNullable<StateMachineEngineOptions['onState']>;
}

/** The services that the rest of the rehearsal looks into. */
interface LookedInto {
  readonly appMesh: AppMeshService;
  readonly cloudMap: ServiceDiscoveryService;
  readonly ecs: EcsService;
  readonly ssm: SsmService;
  readonly sns: SnsService;
  readonly logs: LogsService;
  readonly cloudWatch: CloudWatchService;
  readonly dynamoDb: DynamoDbService;
}

/** The local AWS with an assembly deployed in it: one endpoint, its services, the functions and the state machine. */
export interface AwsSide extends LookedInto {
  readonly endpoint: AwsEndpoint;
  readonly functions: RehearsalFunctionRunner;
  readonly engine: RehearsalStateMachineEngine;
  readonly principals: PrincipalRegistry;
  /** What the CodePipeline API tells of. */
  readonly pipelines: LatePipelines;
  /** The assembly with the ids that services gave while it was deployed. */
  readonly deployed: DeployableAssembly;
  stop(): Promise<void>;
}

/**
 * Starts the local AWS and deploys the assembly in it.
 * @throws {DeploymentFailed} at the first resource that AWS would not create.
 */
export async function startAwsSide(options: AwsSideOptions): Promise<AwsSide> {
  const { clock, deployable } = options;
  const { region, account } = deployable;
  const context: ApiContext = { clock, region, account, changed: options.changed };
  const principals = new PrincipalRegistry();
  const late = lateParts();
  const engine = createStateMachineEngine({
    ...options,
    region,
    account,
    functions: late,
    authorize: late.authorize,
    machines: deployable.stateMachines,
  });
  const services = await createServices(context, options.tasks);
  const functionSpecs: FunctionSpec[] = [];
  const pipelines = new LatePipelines();
  const apis: readonly ApiService[] = [
    ...Object.values(services),
    createStepFunctionsService(context, engine),
    createStsService(context),
    createCodePipelineService(context, pipelines),
    createLambdaService(context, { functions: functionSpecs, runner: late }),
  ];
  const endpoint = await createAwsEndpoint({
    ...options,
    region,
    account,
    authorize: late.authorize,
    principals,
    services: apis,
  });
  const stopped: Stoppable[] = [
    { stop: async () => engine.dispose() },
    { stop: async () => services.ecs.close() },
    { stop: async () => late.stop() },
    { stop: () => endpoint.close() },
    { stop: () => services.dynamoDb.close() },
    { stop: async () => services.cloudWatch.close() },
  ];
  const stop = () => stopAll(stopped);
  try {
    const deployed = await deployAssembly(deployable, services);
    functionSpecs.push(...deployed.functions);
    const createRunner = options.createRunner ?? createFunctionRunner;
    const runnerOptions: FunctionRunnerOptions = {
      functions: deployed.functions,
      clock,
      endpointUrl: endpoint.url,
      ...(options.keepWarm === undefined ? {} : { keepWarm: options.keepWarm }),
      accessKeyFor: (roleName) => principals.accessKeyFor(roleName),
      region,
      onLog: (name, line) => services.logs.append(`/aws/lambda/${name}`, 'rehearsal', line),
    };
    const functions = createRunner(runnerOptions, endpoint);
    const { onAsked = () => undefined } = options;
    late.bind(functions, observeAuthorizer(createAuthorizer(deployed.roles), onAsked));
    return { endpoint, functions, engine, principals, pipelines, deployed, ...services, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createServices(context: ApiContext, tasks: TaskRunner): Promise<LookedInto> {
  const cloudMap = new ServiceDiscoveryService(context);
  const sns = createSnsService(context);
  return {
    appMesh: new AppMeshService(context),
    cloudMap,
    ecs: createEcsService(context, { runner: tasks, registry: cloudMap }),
    ssm: new SsmService(context),
    sns,
    logs: createLogsService(context),
    cloudWatch: createCloudWatchService(context),
    dynamoDb: await createDynamoDbService(context),
  };
}

/** The functions and the policies are known once the assembly is deployed, which needs the endpoint: bound afterwards. */
function lateParts(): FunctionRunner & {
  authorize: Authorizer;
  bind(runner: FunctionRunner, authorizer: Authorizer): void;
} {
  let bound: { runner: FunctionRunner; authorizer: Authorizer } | undefined;
  const parts = (): NonNullable<typeof bound> => {
    if (bound === undefined) {
      throw new Error('a function was used before the assembly was deployed');
    }
    return bound;
  };
  return {
    bind: (runner, authorizer) => {
      bound = { runner, authorizer };
    },
    authorize: (request) => parts().authorizer(request),
    invoke: (arn, payload) => parts().runner.invoke(arn, payload),
    stop: async () => bound?.runner.stop(),
  };
}

interface Stoppable {
  stop(): Promise<void>;
}

async function stopAll(parts: readonly Stoppable[]): Promise<void> {
  for (const part of parts) {
    await part.stop();
  }
}
