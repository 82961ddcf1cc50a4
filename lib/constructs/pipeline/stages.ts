import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import { type PipelineSource, SOURCE_ACTION } from './source';

/** What the pipeline's actions refer to. */
export interface Stages {
  readonly service: string;
  readonly source: PipelineSource;
  /** Name of the CodeBuild project that checks. */
  readonly check: string;
  /** Name of the CodeBuild project that builds. */
  readonly image: string;
  readonly stateMachineArn: string;
}

/** Artifacts, by the action that hands them on. */
const SOURCE_ARTIFACT = SOURCE_ACTION;
const BUILD_ARTIFACT = 'Build';

/** File of the build's artifact that is the rollout's input. */
const ROLLOUT_INPUT = 'rollout.json';

/** Source, Build (first the check, then the image), Deploy. */
export function describeStages(stages: Stages): CfnPipeline.StageDeclarationProperty[] {
  return [
    {
      name: 'Source',
      actions: [
        {
          ...action(SOURCE_ACTION, 'Source', stages.source.provider, stages.source.configuration),
          outputArtifacts: [{ name: SOURCE_ARTIFACT }],
        },
      ],
    },
    {
      name: 'Build',
      actions: [
        {
          ...action('Check', 'Test', 'CodeBuild', { ProjectName: stages.check }),
          runOrder: 1,
          inputArtifacts: [{ name: SOURCE_ARTIFACT }],
        },
        {
          ...action('Image', 'Build', 'CodeBuild', { ProjectName: stages.image }),
          runOrder: 2,
          inputArtifacts: [{ name: SOURCE_ARTIFACT }],
          outputArtifacts: [{ name: BUILD_ARTIFACT }],
        },
      ],
    },
    {
      name: 'Deploy',
      actions: [
        {
          ...action('Rollout', 'Invoke', 'StepFunctions', {
            StateMachineArn: stages.stateMachineArn,
            ExecutionNamePrefix: stages.service,
            InputType: 'FilePath',
            Input: ROLLOUT_INPUT,
          }),
          inputArtifacts: [{ name: BUILD_ARTIFACT }],
        },
      ],
    },
  ];
}

function action(
  name: string,
  category: string,
  provider: string,
  configuration: Readonly<Record<string, unknown>>,
): Pick<CfnPipeline.ActionDeclarationProperty, 'name' | 'actionTypeId' | 'configuration' | 'runOrder'> {
  return {
    name,
    actionTypeId: { category, owner: 'AWS', provider, version: '1' },
    configuration,
    runOrder: 1,
  };
}
