import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge';

/**
 * The bucket that one pipeline's stages hand their work on in. Each service has its own: CodePipeline begins its
 * objects' keys with the first 20 characters of the pipeline's name, which several services may share, so that in one
 * bucket a prefix could not keep a service's build from another's artifacts.
 */
export function createArtifactBucket(scope: Construct, id: string, retentionDays: number): Bucket {
  const bucket = new Bucket(scope, id, {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [
      { expiration: Duration.days(retentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    // CloudFormation cannot delete a bucket with objects in it, and a service's stack must be deletable at any moment.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  acknowledge(bucket, {
    'AwsSolutions-S1':
      'short-lived artifacts of one pipeline, which only its own roles read; CloudTrail has who released what',
  });
  return bucket;
}
