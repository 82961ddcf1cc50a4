import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { PlatformConfig, ServiceConfig } from '../../../core/config/platform-schema';
import type { Permission } from '../permission';

/** The branch that is released. */
export const RELEASED_BRANCH = 'main';

/** Name of the pipeline's first action, which triggers refer to, and of what it hands on. */
export const SOURCE_ACTION = 'Source';

/** What a service's source is made from. */
export interface SourceProps {
  readonly platform: PlatformConfig;
  readonly service: ServiceConfig;
  /** Folder that seeds the repository; undefined for an empty one. */
  readonly seed: string | undefined;
}

/** Where a pipeline gets commits from. */
export interface PipelineSource {
  /** `ActionTypeId` and `Configuration` of the Source action. */
  readonly provider: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What the pipeline's role needs for it. */
  readonly permissions: readonly Permission[];
  /** The pipeline's own triggers; a repository without them starts it by a rule. */
  readonly triggers: readonly CfnPipeline.PipelineTriggerDeclarationProperty[];
  /** Addresses for `git clone`, by what each needs. */
  readonly cloneUrls: Readonly<Record<string, string>>;
  /** Starts the pipeline on a push, where its own triggers do not. */
  startOnPush(pipelineArn: string): void;
}
