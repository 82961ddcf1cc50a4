import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { Permission } from '../permission';
import { type PipelineSource, RELEASED_BRANCH, SOURCE_ACTION, type SourceProps } from './source';

/** A repository at GitHub, GitLab or Bitbucket, reached through a code connection. Nothing is created. */
export class ConnectionSource implements PipelineSource {
  readonly provider = 'CodeStarSourceConnection';
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly permissions: readonly Permission[];
  readonly triggers: readonly CfnPipeline.PipelineTriggerDeclarationProperty[];
  readonly cloneUrls = {};

  constructor({ platform, service }: SourceProps) {
    const { connection_arn: connectionArn, owner } = platform.repositories;
    if (connectionArn === undefined || owner === undefined) {
      throw new Error(
        'repositories has provider connection without connection_arn or owner; allowed: both; add them to platform.yaml',
      );
    }
    this.configuration = {
      ConnectionArn: connectionArn,
      FullRepositoryId: `${owner}/${service.repository ?? service.name}`,
      BranchName: RELEASED_BRANCH,
      OutputArtifactFormat: 'CODE_ZIP',
    };
    // AWS renamed the service; which of the two names is asked for depends on the connection's age.
    this.permissions = [
      {
        actions: ['codeconnections:UseConnection', 'codestar-connections:UseConnection'],
        resources: [connectionArn],
      },
    ];
    this.triggers = [
      {
        providerType: 'CodeStarSourceConnection',
        gitConfiguration: {
          sourceActionName: SOURCE_ACTION,
          push: [{ branches: { includes: [RELEASED_BRANCH] } }],
        },
      },
    ];
  }

  /** The pipeline's own trigger does. */
  startOnPush(): void {
    // Nothing to make.
  }
}
