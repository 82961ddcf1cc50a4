import * as z from 'zod';
import { findProblems } from '../../../core/config/problems';
import { renderProblem } from '../../../core/errors';
import { Unresolvable } from '../errors';
import type { RoleSpec } from '../policies/roles';
import type { AssemblyResource } from '../resolve/values';
import { arnOf } from '../resource-types/resource-type';
import { roleOf } from './role-of';

const text = z.string().min(1);
const artifacts = z.array(z.strictObject({ Name: text })).default([]);
const common = { Name: text, RunOrder: z.coerce.number().int().min(1).default(1) };
const typeId = (Category: string, Provider: string) =>
  z.strictObject({
    Category: z.literal(Category),
    Owner: z.literal('AWS'),
    Provider: z.literal(Provider),
    Version: z.literal('1'),
  });

const action = z.union([
  z.strictObject({
    ...common,
    ActionTypeId: typeId('Source', 'CodeCommit'),
    Configuration: z.strictObject({
      RepositoryName: text,
      BranchName: text,
      PollForSourceChanges: z.union([z.literal(false), z.literal('false')]),
      OutputArtifactFormat: z.literal('CODE_ZIP').default('CODE_ZIP'),
    }),
    OutputArtifacts: artifacts,
  }),
  z.strictObject({
    ...common,
    ActionTypeId: typeId('Source', 'CodeStarSourceConnection'),
    Configuration: z.strictObject({
      ConnectionArn: text,
      FullRepositoryId: text,
      BranchName: text,
      OutputArtifactFormat: z.literal('CODE_ZIP').default('CODE_ZIP'),
    }),
    OutputArtifacts: artifacts,
  }),
  ...(['Build', 'Test'] as const).map((category) =>
    z.strictObject({
      ...common,
      ActionTypeId: typeId(category, 'CodeBuild'),
      Configuration: z.strictObject({ ProjectName: text }),
      InputArtifacts: artifacts,
      OutputArtifacts: artifacts,
    }),
  ),
  z.strictObject({
    ...common,
    ActionTypeId: typeId('Invoke', 'StepFunctions'),
    Configuration: z.strictObject({
      StateMachineArn: text,
      ExecutionNamePrefix: text.optional(),
      InputType: z.literal('FilePath'),
      Input: text,
    }),
    InputArtifacts: artifacts,
  }),
]);

const pipeline = z.strictObject({
  Name: text,
  RoleArn: text,
  PipelineType: z.literal('V2'),
  ExecutionMode: z.literal('PARALLEL'),
  ArtifactStore: z.strictObject({
    Type: z.literal('S3'),
    Location: text,
    EncryptionKey: z.unknown().optional(),
  }),
  RestartExecutionOnUpdate: z.literal(false).optional(),
  Tags: z.unknown().optional(),
  Stages: z.array(z.strictObject({ Name: text, Actions: z.array(z.unknown()).min(1) })).min(2),
  Triggers: z
    .array(
      z.strictObject({
        ProviderType: z.literal('CodeStarSourceConnection'),
        GitConfiguration: z.strictObject({
          SourceActionName: text,
          Push: z
            .array(z.strictObject({ Branches: z.strictObject({ Includes: z.array(text).min(1) }) }))
            .min(1),
        }),
      }),
    )
    .default([]),
});

interface CommonAction {
  readonly name: string;
  /** Actions of one number run beside one another. */
  readonly runOrder: number;
  /** Names of artifacts. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Reads a commit of a repository. */
export interface SourceAction extends CommonAction {
  readonly kind: 'source';
  readonly provider: 'CodeCommit' | 'CodeStarSourceConnection';
  /** CodeCommit's name, or `owner/name` at a connection. */
  readonly repository: string;
  readonly branch: string;
  readonly connectionArn: string | null;
}

/** Runs a CodeBuild project. */
export interface BuildAction extends CommonAction {
  readonly kind: 'build';
  readonly project: string;
}

/** Starts a state machine with a file of its input artifact, and follows the execution. */
export interface DeployAction extends CommonAction {
  readonly kind: 'deploy';
  readonly stateMachineArn: string;
  /** Begins the execution's name. */
  readonly namePrefix: string | null;
  readonly inputFile: string;
}

/** One action of a pipeline. */
export type ActionSpec = SourceAction | BuildAction | DeployAction;

/** One stage: actions of one `RunOrder` run beside one another. */
export interface StageSpec {
  readonly name: string;
  readonly actions: readonly ActionSpec[];
}

/** A pipeline of execution mode PARALLEL. */
export interface PipelineSpec {
  readonly name: string;
  readonly arn: string;
  readonly roleName: string;
  /** Bucket that its artifacts would go to. */
  readonly artifactBucket: string;
  readonly stages: readonly StageSpec[];
  /** Branches whose push starts it by its own trigger; empty when a rule does. */
  readonly branches: readonly string[];
}

/**
 * One pipeline.
 * @throws Unresolvable for an execution mode, action or setting that is not rehearsed, or a role that CodePipeline may
 *   not assume.
 */
export function readPipeline(resource: AssemblyResource, roles: readonly RoleSpec[]): PipelineSpec {
  const properties = checkedProperties(pipeline, { Name: resource.physicalId, ...resource.properties() });
  return {
    name: resource.physicalId,
    arn: arnOf(resource, 'codepipeline', resource.physicalId),
    roleName: roleOf(properties.RoleArn, roles, 'codepipeline.amazonaws.com'),
    artifactBucket: properties.ArtifactStore.Location,
    stages: properties.Stages.map(({ Name, Actions }) => ({
      name: Name,
      actions: Actions.map((one) => readAction(Name, one)),
    })),
    branches: properties.Triggers.flatMap(({ GitConfiguration }) =>
      GitConfiguration.Push.flatMap(({ Branches }) => Branches.Includes),
    ),
  };
}

const KNOWN_ACTIONS = 'CodeCommit, CodeStarSourceConnection, CodeBuild, StepFunctions';

function readAction(stage: string, value: unknown): ActionSpec {
  const parsed = action.safeParse(value);
  if (parsed.success) {
    return actionOf(parsed.data);
  }
  const { Name, ActionTypeId } = Object(value) as { Name?: unknown; ActionTypeId?: { Provider?: unknown } };
  const provider = String(ActionTypeId?.Provider);
  // Of the union's complaints only those of the same provider help.
  const own = action.options.find((option) => option.shape.ActionTypeId.safeParse(ActionTypeId).success);
  const why =
    own === undefined
      ? `provider "${provider}" with category and version as given is not rehearsed; known are ${KNOWN_ACTIONS}`
      : findProblems(own, value).map(renderProblem).join('; ');
  throw new Unresolvable(`action "${String(Name)}" of stage "${stage}": ${why}`);
}

function actionOf(given: z.infer<typeof action>): ActionSpec {
  const common = {
    name: given.Name,
    runOrder: given.RunOrder,
    inputs: namesOf('InputArtifacts' in given ? given.InputArtifacts : []),
    outputs: namesOf('OutputArtifacts' in given ? given.OutputArtifacts : []),
  };
  const { Configuration: configuration } = given;
  if ('ProjectName' in configuration) {
    return { ...common, kind: 'build', project: configuration.ProjectName };
  }
  if ('StateMachineArn' in configuration) {
    return {
      ...common,
      kind: 'deploy',
      stateMachineArn: configuration.StateMachineArn,
      namePrefix: configuration.ExecutionNamePrefix ?? null,
      inputFile: configuration.Input,
    };
  }
  const isConnection = 'ConnectionArn' in configuration;
  return {
    ...common,
    kind: 'source',
    provider: isConnection ? 'CodeStarSourceConnection' : 'CodeCommit',
    repository: isConnection ? configuration.FullRepositoryId : configuration.RepositoryName,
    branch: configuration.BranchName,
    connectionArn: isConnection ? configuration.ConnectionArn : null,
  };
}

function namesOf(given: readonly { readonly Name: string }[]): readonly string[] {
  return given.map(({ Name }) => Name);
}

/** @throws Unresolvable with every problem of the properties. */
export function checkedProperties<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  throw new Unresolvable(findProblems(schema, value).map(renderProblem).join('; '));
}
