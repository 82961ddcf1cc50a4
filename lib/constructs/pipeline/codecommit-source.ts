import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, IgnoreMode, RemovalPolicy } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-codecommit';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { InvalidInput } from '../../../core/errors';
import { pipelineName, pipelinePartName } from '../../naming';
import { grant, type Permission } from '../permission';
import { type PipelineSource, RELEASED_BRANCH, SOURCE_ACTION, type SourceProps } from './source';

/** Never part of a seed, whatever its .gitignore says. */
const NEVER_SEEDED = ['.git', 'node_modules', 'dist'];

/** A CodeCommit repository of the service's own, whose pushes to the released branch start the pipeline. */
export class CodeCommitSource extends Construct implements PipelineSource {
  readonly provider = 'CodeCommit';
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly permissions: readonly Permission[];
  readonly triggers = [];
  readonly cloneUrls: Readonly<Record<string, string>>;
  private readonly repository: CfnRepository;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SourceProps,
  ) {
    super(scope, id);
    const { environment, region } = props.platform;
    const name = pipelineName(environment, props.service.name);
    this.repository = this.createRepository(name);
    this.configuration = {
      RepositoryName: this.repository.attrName,
      BranchName: RELEASED_BRANCH,
      PollForSourceChanges: false,
    };
    this.permissions = [
      {
        actions: [
          'codecommit:GetBranch',
          'codecommit:GetCommit',
          'codecommit:UploadArchive',
          'codecommit:GetUploadArchiveStatus',
          'codecommit:CancelUploadArchive',
        ],
        resources: [this.repository.attrArn],
      },
    ];
    this.cloneUrls = {
      CloneUrlHttps: this.repository.attrCloneUrlHttp,
      CloneUrlGrc: `codecommit::${region}://${name}`,
    };
  }

  /** Starts the pipeline with the commit of the push, not with whatever the branch's head is by then. */
  startOnPush(pipelineArn: string): void {
    const { environment } = this.props.platform;
    const name = pipelinePartName(environment, this.props.service.name, 'trigger');
    const role = new Role(this, 'TriggerRole', {
      roleName: name,
      description: `A push to ${this.props.service.name}: starts its pipeline`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    grant(role, 'Policy', [{ actions: ['codepipeline:StartPipelineExecution'], resources: [pipelineArn] }]);
    new CfnRule(this, 'Trigger', {
      name,
      description: `A push to ${RELEASED_BRANCH} of ${this.props.service.name} starts its pipeline`,
      eventPattern: {
        source: ['aws.codecommit'],
        'detail-type': ['CodeCommit Repository State Change'],
        resources: [this.repository.attrArn],
        detail: {
          event: ['referenceCreated', 'referenceUpdated'],
          referenceType: ['branch'],
          referenceName: [RELEASED_BRANCH],
        },
      },
      targets: [
        {
          id: 'pipeline',
          arn: pipelineArn,
          roleArn: role.roleArn,
          inputTransformer: {
            inputPathsMap: { commit: '$.detail.commitId' },
            inputTemplate: JSON.stringify({
              sourceRevisions: [
                { actionName: SOURCE_ACTION, revisionType: 'COMMIT_ID', revisionValue: '<commit>' },
              ],
            }),
          },
        },
      ],
    });
  }

  private createRepository(name: string): CfnRepository {
    const { service, seed } = this.props;
    const repository = new CfnRepository(this, 'Repository', {
      repositoryName: name,
      repositoryDescription: `Source of ${service.name}; a push to ${RELEASED_BRANCH} is a release`,
      ...(seed === undefined ? {} : { code: this.seedWith(seed) }),
    });
    // What was pushed exists nowhere else for sure: it outlives a service that is removed by mistake.
    repository.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return repository;
  }

  /** CloudFormation commits it when it makes the repository, and never again. */
  private seedWith(folder: string): CfnRepository.CodeProperty {
    demandFolder(folder, this.props.service.name);
    const asset = new Asset(this, 'Seed', {
      path: folder,
      exclude: [...ignoredIn(folder), ...NEVER_SEEDED],
      ignoreMode: IgnoreMode.GIT,
    });
    return {
      branchName: RELEASED_BRANCH,
      s3: { bucket: asset.s3BucketName, key: asset.s3ObjectKey },
    };
  }
}

function demandFolder(folder: string, service: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InvalidInput('platform.yaml', [
      {
        path: `source of service "${service}"`,
        received: folder,
        allowed: 'a folder, named relative to platform.yaml',
        todo: 'correct the path, or remove source for an empty repository',
      },
    ]);
  }
}

function ignoredIn(folder: string): readonly string[] {
  const file = join(folder, '.gitignore');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [];
}
