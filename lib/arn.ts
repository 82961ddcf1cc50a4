import { ArnFormat, type Stack } from 'aws-cdk-lib';

/**
 * ARN of a resource in the account and region of a stack, the resource written as it stands in the ARN
 * (`mesh/demo/virtualNode/x`, `stateMachine:demo-rollout`).
 */
export function arnIn(
  stack: Stack,
  service: string,
  resource: string,
  options?: { global: boolean },
): string {
  return stack.formatArn({
    service,
    resource,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
    ...(options?.global ? { region: '' } : {}),
  });
}
