import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge';
import type { LogRetentionDays } from '../log-group';

/**
 * The bucket that the load balancer writes its access logs to. A stack cannot delete a bucket that holds something:
 * whoever takes the environment down empties it first.
 */
export function createAccessLogBucket(scope: Construct, id: string, retentionDays: LogRetentionDays): Bucket {
  const bucket = new Bucket(scope, id, {
    // Load balancers can write to buckets under S3's own keys only.
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      {
        expiration: Duration.days(retentionDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledge(bucket, {
    'AwsSolutions-S1': 'it holds access logs itself; a log of the log would need another',
  });
  return bucket;
}
