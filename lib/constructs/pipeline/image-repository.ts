import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { imageRepositoryName } from '../../naming';

/**
 * Images that a repository keeps. ECR cannot know which of them a service runs; the newest ones are those of the
 * stable version and the canary, unless 30 releases in a row failed.
 */
const KEPT_IMAGES = 30;

const LIFECYCLE = {
  rules: [
    {
      rulePriority: 1,
      description: `the newest ${KEPT_IMAGES} images`,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT_IMAGES },
      action: { type: 'expire' },
    },
  ],
};

/** A service's images: tagged once and for all with their commit, scanned when pushed, encrypted. */
export function createImageRepository(
  scope: Construct,
  id: string,
  names: { readonly environment: string; readonly service: string },
): CfnRepository {
  const repository = new CfnRepository(scope, id, {
    repositoryName: imageRepositoryName(names.environment, names.service),
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    // The account's own key for ECR: a key per service would cost a dollar a month each and protect no better.
    encryptionConfiguration: { encryptionType: 'KMS' },
    lifecyclePolicy: { lifecyclePolicyText: JSON.stringify(LIFECYCLE) },
    // Every image can be built again from its commit; the commits are what must not be lost.
    emptyOnDelete: true,
  });
  repository.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return repository;
}
