import * as z from 'zod';
import { Unresolvable } from '../errors';
import { checkPattern } from '../events/match-event';
import type { Guard, RoleSpec } from '../policies/roles';
import type { AssemblyResource } from '../resolve/values';
import { checkedProperties, type PipelineSpec, readPipeline } from './pipelines';
import { roleOf } from './role-of';

const text = z.string().min(1);

/** A CodeBuild project that a pipeline runs. */
export interface BuildProjectSpec {
  readonly name: string;
  readonly arn: string;
  readonly roleName: string;
  /** A path in the source, or the text of a buildspec. */
  readonly buildSpec:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'inline'; readonly text: string };
  readonly timeoutMinutes: number;
  /** Where its log goes, its stream's name followed by the build's; undefined where it has none of its own. */
  readonly logs?: { readonly group: string; readonly stream: string };
  readonly variables: Readonly<Record<string, string>>;
  /** What the build machine's image is called on AWS; here it is this machine. */
  readonly image: string;
}

const project = z.looseObject({
  ServiceRole: text,
  Source: z.strictObject({ Type: z.literal('CODEPIPELINE'), BuildSpec: text.optional() }),
  Artifacts: z.strictObject({ Type: z.literal('CODEPIPELINE') }),
  TimeoutInMinutes: z.coerce.number().default(60),
  LogsConfig: z
    .looseObject({ CloudWatchLogs: z.looseObject({ GroupName: text, StreamName: text }).optional() })
    .optional(),
  Environment: z.strictObject({
    Type: text,
    Image: text,
    ComputeType: text,
    PrivilegedMode: z.boolean().optional(),
    ImagePullCredentialsType: z.string().optional(),
    EnvironmentVariables: z
      .array(
        z.strictObject({ Name: text, Type: z.literal('PLAINTEXT').default('PLAINTEXT'), Value: z.string() }),
      )
      .default([]),
  }),
});

/** @throws Unresolvable for a source, variable type or setting that is not rehearsed. */
export function readBuildProject(resource: AssemblyResource, roles: readonly RoleSpec[]): BuildProjectSpec {
  const { ServiceRole, Source, TimeoutInMinutes, LogsConfig, Environment } = checkedProperties(
    project,
    resource.properties(),
  );
  const logs = LogsConfig?.CloudWatchLogs;
  const spec = Source.BuildSpec ?? 'buildspec.yml';
  return {
    name: resource.physicalId,
    arn: String(resource.attribute('Arn')),
    roleName: roleOf(ServiceRole, roles, 'codebuild.amazonaws.com'),
    // CodeBuild itself tells a path from a text by the line ends.
    buildSpec: spec.includes('\n') ? { kind: 'inline', text: spec } : { kind: 'file', path: spec },
    timeoutMinutes: TimeoutInMinutes,
    ...(logs === undefined ? {} : { logs: { group: logs.GroupName, stream: logs.StreamName } }),
    variables: Object.fromEntries(Environment.EnvironmentVariables.map(({ Name, Value }) => [Name, Value])),
    image: Environment.Image,
  };
}

/** A CodeCommit repository. */
export interface GitRepositorySpec {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
}

/** One CodeCommit repository. */
export function readGitRepository(resource: AssemblyResource): GitRepositorySpec {
  return {
    name: String(resource.attribute('Name')),
    arn: String(resource.attribute('Arn')),
    id: resource.physicalId,
  };
}

/** A registry of images. */
export interface ImageRepositorySpec {
  readonly arn: string;
  /** Without tag. */
  readonly uri: string;
  /** Whether a tag, once pushed, stays. */
  readonly isImmutable: boolean;
}

/** One ECR repository. */
export function readImageRepository(resource: AssemblyResource): ImageRepositorySpec {
  return {
    arn: String(resource.attribute('Arn')),
    uri: String(resource.attribute('RepositoryUri')),
    isImmutable: resource.properties().ImageTagMutability === 'IMMUTABLE',
  };
}

/** Repositories, pipelines and what they run. */
export interface DeliverySpec {
  readonly pipelines: readonly PipelineSpec[];
  readonly triggers: readonly PipelineTriggerSpec[];
  readonly projects: readonly BuildProjectSpec[];
  readonly gitRepositories: readonly GitRepositorySpec[];
  readonly imageRepositories: readonly ImageRepositorySpec[];
}

/** A rule that starts a pipeline. */
export interface PipelineTriggerSpec {
  readonly ruleName: string;
  readonly eventPattern: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly pipelineArn: string;
  readonly roleName: string;
  /** `InputTransformer` of the target; null hands nothing on. */
  readonly input: { readonly paths: Readonly<Record<string, string>>; readonly template: string } | null;
}

const target = z.strictObject({
  Arn: text,
  Id: text,
  RoleArn: text,
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), text).default({}), InputTemplate: text })
    .optional(),
  DeadLetterConfig: z.unknown().optional(),
  RetryPolicy: z.unknown().optional(),
});

/** Whether a rule's targets are pipelines. */
export function startsPipelines(resource: AssemblyResource): boolean {
  const { Targets = [] } = resource.properties();
  return (Targets as readonly { readonly Arn?: unknown }[]).some(({ Arn }) =>
    /^arn:[\w-]+:codepipeline:/.test(String(Arn)),
  );
}

/** @throws Unresolvable for a pattern, target or role that is not understood, and a pipeline that is not there. */
export function readPipelineTriggers(
  resource: AssemblyResource,
  roles: readonly RoleSpec[],
  pipelines: readonly PipelineSpec[],
): readonly PipelineTriggerSpec[] {
  const { EventPattern, State = 'ENABLED', Targets = [] } = resource.properties();
  checkPattern(EventPattern);
  return (Targets as readonly unknown[]).map((one) => {
    const { Arn, RoleArn, InputTransformer } = checkedProperties(target, one);
    if (!pipelines.some(({ arn }) => arn === Arn)) {
      throw new Unresolvable(`the rule's target "${Arn}" is no pipeline of the assembly`);
    }
    return {
      ruleName: resource.physicalId,
      eventPattern: EventPattern as Record<string, unknown>,
      enabled: State === 'ENABLED',
      pipelineArn: Arn,
      roleName: roleOf(RoleArn, roles, 'events.amazonaws.com'),
      input:
        InputTransformer === undefined
          ? null
          : { paths: InputTransformer.InputPathsMap, template: InputTransformer.InputTemplate },
    };
  });
}

/** All that leads from a push to a rollout. */
export function readDelivery(
  resources: readonly AssemblyResource[],
  roles: readonly RoleSpec[],
  guard: Guard,
): DeliverySpec {
  const read = <T>(type: string, of: (resource: AssemblyResource) => T): readonly T[] =>
    resources
      .filter((resource) => resource.type === type)
      .flatMap((resource) => guard(resource, () => [of(resource)]) ?? []);
  const pipelines = read('AWS::CodePipeline::Pipeline', (resource) => readPipeline(resource, roles));
  return {
    pipelines,
    triggers: resources
      .filter((resource) => resource.type === 'AWS::Events::Rule')
      .flatMap(
        (resource) =>
          guard(resource, () =>
            startsPipelines(resource) ? readPipelineTriggers(resource, roles, pipelines) : [],
          ) ?? [],
      ),
    projects: read('AWS::CodeBuild::Project', (resource) => readBuildProject(resource, roles)),
    gitRepositories: read('AWS::CodeCommit::Repository', readGitRepository),
    imageRepositories: read('AWS::ECR::Repository', readImageRepository),
  };
}
