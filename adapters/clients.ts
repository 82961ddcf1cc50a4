import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';

/**
 * Where SDK clients are made (those for deploying alone: `environment/clients.ts`). One function each, so that a bundle
 * holds only the clients it uses.
 * Region and credentials come from the environment unless they are given.
 */
export interface ClientSettings {
  readonly region?: string;
  /** Another endpoint than AWS's own, such as the rehearsal's. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Attempts per call, the first included; throttles and faults are repeated with backoff. */
const MAX_ATTEMPTS = 3;
/** Milliseconds; three attempts of this fit a function's time with room to report the failure. */
const REQUEST_TIMEOUT_MILLIS = 3000;
const CONNECTION_TIMEOUT_MILLIS = 1000;

function common(settings: ClientSettings) {
  return {
    ...settings,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    // Nobody changes a client's middleware: it is put in order once for each kind of call, not for each call.
    cacheMiddleware: true,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MILLIS,
      connectionTimeout: CONNECTION_TIMEOUT_MILLIS,
      // Without this the SDK only warns about a late answer and goes on waiting.
      throwOnRequestTimeout: true,
    },
  };
}

/** Client of App Mesh. */
export function createAppMeshClient(settings: ClientSettings = {}): AppMeshClient {
  return new AppMeshClient(common(settings));
}

/** Client of CloudWatch. */
export function createCloudWatchClient(settings: ClientSettings = {}): CloudWatchClient {
  return new CloudWatchClient(common(settings));
}

/** Client of CloudWatch Logs. */
export function createCloudWatchLogsClient(settings: ClientSettings = {}): CloudWatchLogsClient {
  return new CloudWatchLogsClient(common(settings));
}

/** Client of DynamoDB. */
export function createDynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient(common(settings));
}

/** Client of ECS. */
export function createEcsClient(settings: ClientSettings = {}): ECSClient {
  return new ECSClient(common(settings));
}

/** Client of Cloud Map. */
export function createCloudMapClient(settings: ClientSettings = {}): ServiceDiscoveryClient {
  return new ServiceDiscoveryClient(common(settings));
}

/** Client of Step Functions. */
export function createStepFunctionsClient(settings: ClientSettings = {}): SFNClient {
  return new SFNClient(common(settings));
}

/** Client of SNS. */
export function createSnsClient(settings: ClientSettings = {}): SNSClient {
  return new SNSClient(common(settings));
}

/** Client of SSM. */
export function createSsmClient(settings: ClientSettings = {}): SSMClient {
  return new SSMClient(common(settings));
}
