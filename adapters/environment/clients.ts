import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { ClientSettings } from '../clients';

/** Attempts per call: nobody waits for a single answer here, and throttles of a large environment pass. */
const MAX_ATTEMPTS = 8;

/** Clients of every service that is asked when an environment is deployed or destroyed. */
export type EnvironmentClients = ReturnType<typeof createEnvironmentClients>;

/** Makes the clients. Credentials come from where the AWS CLI takes them, unless they are given. */
export function createEnvironmentClients(settings: ClientSettings) {
  const common = { ...settings, maxAttempts: MAX_ATTEMPTS };
  return {
    appMesh: new AppMeshClient(common),
    cloudControl: new CloudControlClient(common),
    cloudFormation: new CloudFormationClient(common),
    cloudMap: new ServiceDiscoveryClient(common),
    codeCommit: new CodeCommitClient(common),
    codePipeline: new CodePipelineClient(common),
    ecr: new ECRClient(common),
    ecs: new ECSClient(common),
    logs: new CloudWatchLogsClient(common),
    s3: new S3Client({ ...common, forcePathStyle: settings.endpoint !== undefined }),
    ssm: new SSMClient(common),
    stepFunctions: new SFNClient(common),
    sts: new STSClient(common),
    tagging: new ResourceGroupsTaggingAPIClient(common),
  };
}
