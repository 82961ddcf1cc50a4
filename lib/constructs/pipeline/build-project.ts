import { Aws, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-codebuild';
import { type Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { arnIn } from '../../arn';
import { type PipelinePart, pipelinePartName } from '../../naming';
import { grant, type Permission } from '../permission';

/** Amazon Linux 2023 with Docker, the AWS CLI and Node.js 24 as the default `node`. */
const BUILD_IMAGE = 'aws/codebuild/amazonlinux-x86_64-standard:6.0';

/** CodeBuild's names for the sizes of platform.yaml. */
const COMPUTE_TYPES = {
  small: 'BUILD_GENERAL1_SMALL',
  medium: 'BUILD_GENERAL1_MEDIUM',
  large: 'BUILD_GENERAL1_LARGE',
  '2xlarge': 'BUILD_GENERAL1_2XLARGE',
} as const;

/** What a build project is made from. */
export interface BuildProjectProps {
  readonly environment: string;
  readonly service: string;
  readonly part: Extract<PipelinePart, 'check' | 'build'>;
  readonly description: string;
  /** A file of the repository, or the text of a buildspec that the platform owns. */
  readonly buildSpec: string;
  readonly compute: keyof typeof COMPUTE_TYPES;
  readonly timeoutMinutes: number;
  /** Whether it runs a Docker daemon, and keeps layers on the machine for the next build. */
  readonly buildsImages: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: LogGroup;
  readonly artifacts: Bucket;
  /** What its role may do beside logging and exchanging artifacts. */
  readonly permissions: readonly Permission[];
}

/** One step of a pipeline that runs commands, with a role of its own. */
export class BuildProject extends Construct {
  readonly project: CfnProject;
  readonly policy: Policy;

  constructor(scope: Construct, id: string, props: BuildProjectProps) {
    super(scope, id);
    const name = pipelinePartName(props.environment, props.service, props.part);
    const role = new Role(this, 'Role', {
      roleName: name,
      description: props.description,
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.policy = grant(role, 'Policy', [...commonPermissions(props), ...props.permissions]);
    this.project = new CfnProject(this, 'Project', {
      name,
      description: props.description,
      serviceRole: role.roleArn,
      source: { type: 'CODEPIPELINE', buildSpec: props.buildSpec },
      artifacts: { type: 'CODEPIPELINE' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: BUILD_IMAGE,
        computeType: COMPUTE_TYPES[props.compute],
        privilegedMode: props.buildsImages,
        environmentVariables: Object.entries(props.variables).map(([key, value]) => ({
          name: key,
          type: 'PLAINTEXT',
          value,
        })),
      },
      cache: props.buildsImages
        ? { type: 'LOCAL', modes: ['LOCAL_DOCKER_LAYER_CACHE'] }
        : { type: 'NO_CACHE' },
      timeoutInMinutes: props.timeoutMinutes,
      // The account's own key for S3, which CodeBuild names by itself when nothing is said.
      encryptionKey: arnIn(Stack.of(this), 'kms', 'alias/aws/s3'),
      logsConfig: {
        cloudWatchLogs: { status: 'ENABLED', groupName: props.logGroup.logGroupName, streamName: props.part },
      },
    });
  }
}

function commonPermissions(props: BuildProjectProps): readonly Permission[] {
  const writes = props.part === 'build' ? ['s3:PutObject'] : [];
  return [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [props.logGroup.logGroupArn] },
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion', ...writes],
      resources: [props.artifacts.arnForObjects('*')],
      wildcard: 'artifacts in the service’s own bucket; CodePipeline ends each key with random characters',
    },
  ];
}
