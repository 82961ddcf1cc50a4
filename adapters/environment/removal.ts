import {
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent,
} from '@aws-sdk/client-cloudcontrol';
import { DescribeLogGroupsCommand, TagResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteRepositoryCommand as DeleteCodeCommand,
  GetRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import { DeleteRepositoryCommand as DeleteImagesCommand } from '@aws-sdk/client-ecr';
import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { CanaryError } from '../../core/errors';
import { listAll } from '../paging';
import { ask, unlessGone } from './call';
import type { EnvironmentClients } from './clients';
import type { NamedResource } from './resource-kinds';

/** Waits between two questions. */
export type Pause = () => Promise<void>;

/** Whether a resource of that type and identifier is there. Types that cannot be asked for count as there. */
export async function isThere(clients: EnvironmentClients, type: string, id: string): Promise<boolean> {
  if (type === 'AWS::CodeCommit::Repository') {
    const found = await unlessGone(['RepositoryDoesNotExistException'], () =>
      ask('codecommit:GetRepository', { repository: id }, () =>
        clients.codeCommit.send(new GetRepositoryCommand({ repositoryName: id })),
      ),
    );
    return found !== undefined;
  }
  const found = await unlessGone(['ResourceNotFoundException'], () =>
    unlessUnsupported(() =>
      ask('cloudformation:GetResource', { type, id }, () =>
        clients.cloudControl.send(new GetResourceCommand({ TypeName: type, Identifier: id })),
      ),
    ),
  );
  return found !== undefined;
}

async function unlessUnsupported<T>(run: () => Promise<T>): Promise<T | 'unsupported'> {
  const answer = await unlessGone(['UnsupportedActionException', 'TypeNotFoundException'], run);
  return answer ?? 'unsupported';
}

/** Removes every object and every version in a bucket; a bucket that is gone is fine. */
export async function emptyBucket({ s3 }: EnvironmentClients, bucket: string): Promise<void> {
  for (;;) {
    const page = await unlessGone(['NoSuchBucket'], () =>
      ask('s3:ListBucketVersions', { bucket }, () =>
        s3.send(new ListObjectVersionsCommand({ Bucket: bucket })),
      ),
    );
    const objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])];
    if (objects.length === 0) {
      return;
    }
    const Objects = objects.map(({ Key = '', VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await ask('s3:DeleteObjectVersion', { bucket }, () =>
      s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
    );
    const [first] = Errors;
    if (first !== undefined) {
      throw new CanaryError(
        'AwsCallRefused',
        `bucket "${bucket}" cannot be emptied: "${first.Key}" was refused with ${first.Code}: ${first.Message}; correct that, then run the same command again`,
        { bucket },
      );
    }
  }
}

/** Removes an image repository with all that is in it. */
export async function removeImages({ ecr }: EnvironmentClients, repositoryName: string): Promise<void> {
  await unlessGone(['RepositoryNotFoundException'], () =>
    ask('ecr:DeleteRepository', { repository: repositoryName }, () =>
      ecr.send(new DeleteImagesCommand({ repositoryName, force: true })),
    ),
  );
}

/**
 * Removes any resource, with what is in it. One that is gone is fine.
 * @throws {CanaryError} when AWS refuses, with its words.
 */
export async function removeResource(
  clients: EnvironmentClients,
  resource: NamedResource,
  pause: Pause,
): Promise<void> {
  const { type, id } = resource;
  if (type === 'AWS::ECR::Repository') {
    return removeImages(clients, id);
  }
  if (type === 'AWS::CodeCommit::Repository') {
    await ask('codecommit:DeleteRepository', { repository: id }, () =>
      clients.codeCommit.send(new DeleteCodeCommand({ repositoryName: id })),
    );
    return;
  }
  if (type === 'AWS::S3::Bucket') {
    await emptyBucket(clients, id);
  }
  await removeByType(clients, type, id, pause);
}

async function removeByType(
  clients: EnvironmentClients,
  type: string,
  id: string,
  pause: Pause,
): Promise<void> {
  const { cloudControl } = clients;
  const started = await unlessGone(['ResourceNotFoundException'], () =>
    ask('cloudformation:DeleteResource', { type, id }, () =>
      cloudControl.send(new DeleteResourceCommand({ TypeName: type, Identifier: id })),
    ),
  );
  let progress: ProgressEvent | undefined = started?.ProgressEvent;
  while (progress?.OperationStatus === 'PENDING' || progress?.OperationStatus === 'IN_PROGRESS') {
    await pause();
    const RequestToken = progress.RequestToken;
    const answer = await ask('cloudformation:GetResourceRequestStatus', { type, id }, () =>
      cloudControl.send(new GetResourceRequestStatusCommand({ RequestToken })),
    );
    progress = answer.ProgressEvent;
  }
  if (progress?.OperationStatus === 'FAILED' && progress.ErrorCode !== 'NotFound') {
    throw new CanaryError(
      'AwsCallRefused',
      `${type} "${id}" cannot be removed: ${progress.StatusMessage ?? progress.ErrorCode ?? 'no reason given'}; correct that, then run the same command again`,
      { type, id },
    );
  }
}

/** Names of the log groups that begin like this. */
export async function logGroups({ logs }: EnvironmentClients, prefix: string): Promise<readonly string[]> {
  const found = await listAll((nextToken) =>
    ask('logs:DescribeLogGroups', { prefix }, async () => {
      const answer = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken }));
      return { items: answer.logGroups, next: answer.nextToken };
    }),
  );
  return found.map(({ logGroupName }) => logGroupName ?? '');
}

/** Tags a log group that a service made by itself, so that a later run finds it. */
export async function tagLogGroup(
  { logs }: EnvironmentClients,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await unlessGone(['ResourceNotFoundException'], () =>
    ask('logs:TagResource', { arn }, () => logs.send(new TagResourceCommand({ resourceArn: arn, tags }))),
  );
}
