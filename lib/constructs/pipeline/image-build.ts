import type { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import { acknowledge } from '../../acknowledge';
import { BuildProject, type BuildProjectProps } from './build-project';

/** What the image build is made from. */
export type ImageBuildProps = Pick<
  BuildProjectProps,
  'environment' | 'service' | 'logGroup' | 'artifacts'
> & {
  readonly build: PlatformConfig['build'];
  readonly images: CfnRepository;
};

/** Runs the repository's own `specfiles/build.yml`: image into the service's registry, `rollout.json` handed on. */
export function createImageBuild(scope: Construct, id: string, props: ImageBuildProps): BuildProject {
  const { build, images, ...common } = props;
  const project = new BuildProject(scope, id, {
    ...common,
    part: 'build',
    description: `Builds the image of ${props.service} and writes the input of its rollout`,
    buildSpec: 'specfiles/build.yml',
    compute: build.compute,
    timeoutMinutes: build.timeout_minutes,
    buildsImages: true,
    variables: { DOCKER_REGISTRY_URI: images.attrRepositoryUri, SERVICE_NAME: props.service },
    permissions: [
      {
        actions: ['ecr:GetAuthorizationToken'],
        resources: ['*'],
        wildcard: 'AWS offers no resource-level control for this action',
      },
      {
        actions: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:CompleteLayerUpload',
          'ecr:GetDownloadUrlForLayer',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
        ],
        resources: [images.attrArn],
      },
    ],
  });
  acknowledge(project, {
    'AwsSolutions-CB3':
      'docker build needs a Docker daemon, which CodeBuild starts in privileged builds only',
  });
  return project;
}
