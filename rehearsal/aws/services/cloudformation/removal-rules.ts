import type { AccountResource } from '../../account/resources';
import { ApiError } from '../../api';
import { refuseUnlessEmpty } from '../s3/service';

type Rule = (resource: AccountResource) => void;

/** What AWS refuses to remove, by type. */
const RULES: Readonly<Record<string, Rule>> = {
  'AWS::S3::Bucket': refuseUnlessEmpty,
  'AWS::ECR::Repository': ({ content, physicalId, properties }) => {
    if (content.size > 0 && properties.EmptyOnDelete !== true) {
      throw new ApiError(
        'RepositoryNotEmptyException',
        `The repository with name '${physicalId}' cannot be deleted because it still contains images`,
      );
    }
  },
  'AWS::DynamoDB::Table': ({ physicalId, properties }) => {
    if (properties.DeletionProtectionEnabled === true) {
      throw new ApiError(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected against deletion: ${physicalId}`,
      );
    }
  },
};

/** @throws ApiError in the service's words when the resource cannot be removed as it is. */
export function refuseRemoval(resource: AccountResource): void {
  RULES[resource.type]?.(resource);
}
