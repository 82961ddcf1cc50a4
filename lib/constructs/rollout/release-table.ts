import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { RELEASE_TABLE_KEYS, releaseTableName } from '../../../core/config/release-table';

/** The table of leases, stable versions, rollout records and their history. */
export function createReleaseTable(scope: Construct, id: string, environment: string): Table {
  return new Table(scope, id, {
    tableName: releaseTableName(environment),
    partitionKey: { name: RELEASE_TABLE_KEYS.partition, type: AttributeType.STRING },
    sortKey: { name: RELEASE_TABLE_KEYS.sort, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // The history belongs to the environment and goes with it; point-in-time recovery keeps a last backup.
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
