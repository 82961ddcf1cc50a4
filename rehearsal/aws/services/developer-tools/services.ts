import type { AccountResource, AccountResources } from '../../account/resources';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';

/** Images, repositories and pipelines as an account holds them; none of them runs here. */
export function createDeveloperToolServices(
  context: ApiContext,
  resources: AccountResources,
): readonly ApiService[] {
  return [
    imageService(context, resources),
    repositoryService(context, resources),
    pipelineService(context, resources),
  ];
}

interface RepositoryInput {
  readonly repositoryName?: string;
  readonly repositoryNames?: readonly string[];
  readonly force?: boolean;
}

function imageService(context: ApiContext, resources: AccountResources): ApiService {
  const type = 'AWS::ECR::Repository';
  const arnOf = (name = '') => `arn:aws:ecr:${context.region}:${context.account}:repository/${name}`;
  const find = (name = ''): AccountResource => {
    const found = resources.find(type, name);
    if (found !== undefined) return found;
    throw new ApiError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${context.account}'`,
    );
  };
  const on = (name: string, run: ApiOperation<RepositoryInput>['run']): ApiOperation<RepositoryInput> => ({
    iamAction: `ecr:${name}`,
    resources: ({ repositoryName }) => [arnOf(repositoryName)],
    run,
  });
  return {
    signingName: 'ecr',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921' }],
    operations: {
      ListImages: on('ListImages', ({ repositoryName }) => ({
        imageIds: [...find(repositoryName).content.keys()].map((imageTag) => ({ imageTag })),
      })),
      DeleteRepository: on('DeleteRepository', ({ repositoryName, force }) => {
        const { content } = find(repositoryName);
        if (content.size > 0 && force !== true) {
          throw new ApiError(
            'RepositoryNotEmptyException',
            `The repository with name '${repositoryName}' cannot be deleted because it still contains images`,
          );
        }
        resources.remove(type, repositoryName ?? '');
        return { repository: { repositoryName, repositoryArn: arnOf(repositoryName) } };
      }),
    },
  };
}

function repositoryService(context: ApiContext, resources: AccountResources): ApiService {
  const type = 'AWS::CodeCommit::Repository';
  const find = (name: string | undefined): AccountResource | undefined =>
    resources.ofType(type).find(({ properties }) => properties.RepositoryName === name);
  const on = (name: string, run: ApiOperation<RepositoryInput>['run']): ApiOperation<RepositoryInput> => ({
    iamAction: `codecommit:${name}`,
    resources: ({ repositoryName }) => [
      `arn:aws:codecommit:${context.region}:${context.account}:${repositoryName}`,
    ],
    run,
  });
  return {
    signingName: 'codecommit',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'CodeCommit_20150413' }],
    operations: {
      GetRepository: on('GetRepository', ({ repositoryName }) => {
        const found = find(repositoryName);
        if (found === undefined)
          throw new ApiError('RepositoryDoesNotExistException', `${repositoryName} does not exist`);
        return { repositoryMetadata: { repositoryName, repositoryId: found.physicalId, Arn: found.arn } };
      }),
      DeleteRepository: on('DeleteRepository', ({ repositoryName }) => {
        const found = find(repositoryName);
        if (found !== undefined) resources.remove(type, found.physicalId);
        return { repositoryId: found?.physicalId };
      }),
    },
  };
}

interface PipelineInput {
  readonly name?: string;
  readonly pipelineName?: string;
  readonly pipelineExecutionId?: string;
  readonly stageName?: string;
}

/** A pipeline's executions are its content: one that runs has a version, one that was stopped has none. */
function pipelineService(context: ApiContext, resources: AccountResources): ApiService {
  const type = 'AWS::CodePipeline::Pipeline';
  const find = (name = ''): AccountResource => {
    const found = resources.find(type, name);
    if (found !== undefined) return found;
    throw new ApiError(
      'PipelineNotFoundException',
      `Account '${context.account}' does not have a pipeline with name '${name}'`,
    );
  };
  const on = (name: string, run: ApiOperation<PipelineInput>['run']): ApiOperation<PipelineInput> => ({
    iamAction: `codepipeline:${name}`,
    resources: ({ name: own, pipelineName = own }) => [
      `arn:aws:codepipeline:${context.region}:${context.account}:${pipelineName}`,
    ],
    run,
  });
  return {
    signingName: 'codepipeline',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'CodePipeline_20150709' }],
    operations: {
      GetPipeline: on('GetPipeline', ({ name }) => {
        const stages = find(name).properties.Stages as readonly { readonly Name?: string }[] | undefined;
        return {
          pipeline: { name, stages: (stages ?? []).map(({ Name }) => ({ name: Name, actions: [] })) },
        };
      }),
      ListPipelineExecutions: on('ListPipelineExecutions', ({ pipelineName }) => ({
        pipelineExecutionSummaries: [...find(pipelineName).content].map(([id, versions]) => ({
          pipelineExecutionId: id,
          status: versions.length > 0 ? 'InProgress' : 'Stopped',
        })),
      })),
      StopPipelineExecution: on('StopPipelineExecution', ({ pipelineName, pipelineExecutionId = '' }) => {
        find(pipelineName).content.set(pipelineExecutionId, []);
        return { pipelineExecutionId };
      }),
      DisableStageTransition: on('DisableStageTransition', ({ pipelineName }) => {
        find(pipelineName);
        return {};
      }),
    },
  };
}
