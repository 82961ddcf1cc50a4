import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import type { IConstruct } from 'constructs';

/** Reason by finding id, such as `AwsSolutions-EC23`. */
export type Reasons = Readonly<Record<string, string>>;

/**
 * Accepts findings of cdk-nag or of the template validation on a construct and everything below it. Call it right
 * where the excused resource is made, so that the reason is read with what it excuses.
 */
export function acknowledge(scope: IConstruct, reasons: Reasons): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** Accepts one resource pattern with a wildcard in the policies below `scope`. */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  const pattern = flattenCfnReference(Stack.of(scope).resolve(resource));
  acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${pattern}]`]: reason });
}
