import { Aws, Stack } from 'aws-cdk-lib';
import { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import { type Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PlatformConfig, ServiceConfig } from '../../../core/config/platform-schema';
import { arnIn } from '../../arn';
import { logGroupName, pipelineName, pipelinePartName, stateMachineName } from '../../naming';
import { createLogGroup } from '../log-group';
import { grant, type Permission } from '../permission';
import { createArtifactBucket } from './artifact-bucket';
import type { BuildProject } from './build-project';
import { createCheck } from './check';
import { CodeCommitSource } from './codecommit-source';
import { ConnectionSource } from './connection-source';
import { createImageBuild } from './image-build';
import { createImageRepository } from './image-repository';
import type { PipelineSource, SourceProps } from './source';
import { describeStages } from './stages';

/** What one service's pipeline is made from. */
export interface ServicePipelineProps {
  readonly platform: PlatformConfig;
  readonly service: ServiceConfig;
  /** Folder that seeds the repository; undefined for an empty one. */
  readonly seed: string | undefined;
  /** The bundled check of specfiles, one file. */
  readonly checkBundle: string;
}

/** From a push to a rollout: repository, images, check, build, and the pipeline that runs them. */
export class ServicePipeline extends Construct {
  readonly pipeline: CfnPipeline;
  readonly source: PipelineSource;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ServicePipelineProps) {
    super(scope, id);
    const { platform, service } = props;
    const names = { environment: platform.environment, service: service.name };
    this.source = createSource(this, 'Source', props);
    const artifacts = createArtifactBucket(this, 'Artifacts', platform.build.artifact_retention_days);
    this.logGroup = createLogGroup(this, 'Log', {
      name: logGroupName(platform.environment, `builds/${service.name}`),
      retentionDays: platform.log_retention_days,
    });
    const common = { ...names, artifacts, logGroup: this.logGroup };
    const facts = { protocol: service.protocol, hasVolume: service.volume !== undefined };
    const check = createCheck(this, 'Check', { ...common, bundle: props.checkBundle, facts });
    const images = createImageRepository(this, 'Images', names);
    const image = createImageBuild(this, 'Build', { ...common, build: platform.build, images });
    this.pipeline = this.createPipeline(names, artifacts, check, image);
    this.source.startOnPush(arnIn(Stack.of(this), 'codepipeline', this.pipeline.ref));
  }

  private createPipeline(
    { environment, service }: { readonly environment: string; readonly service: string },
    artifacts: Bucket,
    check: BuildProject,
    image: BuildProject,
  ): CfnPipeline {
    const role = new Role(this, 'Role', {
      roleName: pipelinePartName(environment, service, 'pipeline'),
      description: `The pipeline of ${service}: fetches commits, runs check and build, starts the rollout`,
      assumedBy: new ServicePrincipal('codepipeline.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const policy = grant(role, 'Policy', [
      ...this.source.permissions,
      ...artifactPermissions(artifacts),
      {
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'],
        resources: [check.project.attrArn, image.project.attrArn],
      },
      ...this.rolloutPermissions(environment),
    ]);
    const pipeline = new CfnPipeline(this, 'Pipeline', {
      name: pipelineName(environment, service),
      roleArn: role.roleArn,
      pipelineType: 'V2',
      // A newer commit must reach the rollout while an older one is still being rolled out: the rollout's lease, not
      // a stage's lock, lets the newest win.
      executionMode: 'PARALLEL',
      artifactStore: { type: 'S3', location: artifacts.bucketName },
      ...(this.source.triggers.length === 0 ? {} : { triggers: [...this.source.triggers] }),
      stages: describeStages({
        service,
        source: this.source,
        check: check.project.ref,
        image: image.project.ref,
        stateMachineArn: arnIn(Stack.of(this), 'states', `stateMachine:${stateMachineName(environment)}`),
      }),
    });
    // A pipeline runs as soon as it is made.
    startAfter(pipeline, [policy, check.policy, image.policy]);
    return pipeline;
  }

  private rolloutPermissions(environment: string): readonly Permission[] {
    const machine = stateMachineName(environment);
    return [
      {
        actions: ['states:DescribeStateMachine', 'states:StartExecution'],
        resources: [arnIn(Stack.of(this), 'states', `stateMachine:${machine}`)],
      },
      {
        actions: ['states:DescribeExecution'],
        resources: [arnIn(Stack.of(this), 'states', `execution:${machine}:*`)],
        wildcard: 'the Deploy stage follows the rollout that it started, whose name CodePipeline chooses',
      },
    ];
  }
}

function createSource(scope: Construct, id: string, props: SourceProps): PipelineSource {
  const { provider } = props.platform.repositories;
  switch (provider) {
    case 'codecommit':
      return new CodeCommitSource(scope, id, props);
    case 'connection':
      return new ConnectionSource(props);
    default:
      throw new Error(
        `repository provider "${provider satisfies never}" is unknown; allowed: codecommit, connection`,
      );
  }
}

function artifactPermissions(artifacts: Bucket): readonly Permission[] {
  return [
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      resources: [artifacts.arnForObjects('*')],
      wildcard: 'artifacts in the service’s own bucket; CodePipeline ends each key with random characters',
    },
    { actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning'], resources: [artifacts.bucketArn] },
  ];
}

function startAfter(pipeline: CfnPipeline, policies: readonly Policy[]): void {
  pipeline.node.addDependency(...policies);
}
