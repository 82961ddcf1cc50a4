import { arnOf, inert, type ResourceFacts, type ResourceTypes } from './resource-type';

const pipelineName = (resource: ResourceFacts) => resource.name('Name', 100);
const projectName = (resource: ResourceFacts) => resource.name('Name');
const repositoryName = (resource: ResourceFacts) => resource.text('RepositoryName');
const imagesName = (resource: ResourceFacts) => resource.name('RepositoryName', 256);
const bucketName = (resource: ResourceFacts) => resource.name('BucketName', 63).toLowerCase();
const imagesUri = (resource: ResourceFacts) =>
  `${resource.account}.dkr.ecr.${resource.region}.amazonaws.com/${imagesName(resource)}`;
const gitHost = (resource: ResourceFacts) => `git-codecommit.${resource.region}.amazonaws.com/v1/repos`;

/** What leads from a push to a rollout. */
export const DELIVERY_TYPES: ResourceTypes = {
  'AWS::CodePipeline::Pipeline': {
    treatment: 'live',
    does: 'its stages run for real, with its role, whenever a push or its own trigger starts it',
    ref: pipelineName,
    attributes: { Version: () => '1' },
    used: [
      'ArtifactStore',
      'ExecutionMode',
      'Name',
      'PipelineType',
      'RestartExecutionOnUpdate',
      'RoleArn',
      'Stages',
      'Triggers',
    ],
    ignored: ['Tags'],
  },
  'AWS::CodeBuild::Project': {
    treatment: 'live',
    does: 'its buildspec runs in a shell of this machine, with stand-ins for docker and the AWS CLI',
    ref: projectName,
    attributes: { Arn: (resource) => arnOf(resource, 'codebuild', `project/${projectName(resource)}`) },
    used: ['Artifacts', 'Environment', 'Name', 'ServiceRole', 'Source', 'TimeoutInMinutes'],
    ignored: [
      'AutoRetryLimit',
      'Cache',
      'ConcurrentBuildLimit',
      'Description',
      'EncryptionKey',
      'LogsConfig',
      'QueuedTimeoutInMinutes',
      'Tags',
    ],
  },
  'AWS::CodeCommit::Repository': {
    treatment: 'live',
    does: 'a bare Git repository of this machine, seeded from the service’s source',
    ref: (resource) => resource.uuid(),
    attributes: {
      Arn: (resource) => arnOf(resource, 'codecommit', repositoryName(resource)),
      Name: repositoryName,
      CloneUrlHttp: (resource) => `https://${gitHost(resource)}/${repositoryName(resource)}`,
      CloneUrlSsh: (resource) => `ssh://${gitHost(resource)}/${repositoryName(resource)}`,
    },
    used: ['RepositoryName'],
    ignored: ['Code', 'KmsKeyId', 'RepositoryDescription', 'Tags'],
  },
  'AWS::ECR::Repository': {
    treatment: 'live',
    does: 'images that were pushed, by tag, in memory',
    ref: imagesName,
    attributes: {
      Arn: (resource) => arnOf(resource, 'ecr', `repository/${imagesName(resource)}`),
      RepositoryUri: imagesUri,
    },
    used: ['ImageTagMutability', 'RepositoryName'],
    ignored: [
      'EmptyOnDelete',
      'EncryptionConfiguration',
      'ImageScanningConfiguration',
      'LifecyclePolicy',
      'Tags',
    ],
  },
  'AWS::S3::Bucket': inert('there is no S3: artifacts are folders of this machine', bucketName, {
    Arn: (resource) => `arn:${resource.partition}:s3:::${bucketName(resource)}`,
    DomainName: (resource) => `${bucketName(resource)}.s3.amazonaws.com`,
    RegionalDomainName: (resource) => `${bucketName(resource)}.s3.${resource.region}.amazonaws.com`,
  }),
  'AWS::S3::BucketPolicy': inert('resource policies are not evaluated', (resource) =>
    resource.text('Bucket'),
  ),
};
