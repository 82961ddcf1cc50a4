import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../../acknowledge';
import { functionName } from '../../naming';
import type { Permission } from '../permission';
import { type PermissionScope, PORT_PERMISSIONS } from '../rollout/port-permissions';

/**
 * What an operator may do who applies splits: start and follow the split's state machine, and read what serves and
 * what was built. To be attached to the operators' role; no pipeline has it, so that a developer's push can never
 * move traffic of a service under manual split.
 */
export function createSplitOperatorPolicy(
  scope: Construct,
  id: string,
  permissions: PermissionScope,
): ManagedPolicy {
  const policy = new ManagedPolicy(scope, id, {
    managedPolicyName: functionName(permissions.environment, 'split-operator'),
    description: `Applies operators' splits in ${permissions.environment}`,
  });
  for (const { actions, resources, wildcard } of operatorPermissions(permissions)) {
    policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    for (const resource of resources.filter((arn) => arn.includes('*'))) {
      acknowledgeWildcard(policy, resource, wildcard ?? '');
    }
  }
  return policy;
}

/** The verbs that `canary split` calls. */
export function operatorPermissions(scope: PermissionScope): readonly Permission[] {
  return [
    ...PORT_PERMISSIONS['executions.startSplit'](scope),
    {
      actions: ['states:GetExecutionHistory', 'states:StopExecution'],
      resources: [scope.arn('states', `execution:${scope.splitMachineName}:*`)],
      wildcard: 'every change of a split is an execution of its own',
    },
    ...PORT_PERMISSIONS['directory.load'](scope),
    ...PORT_PERMISSIONS['store.listVersions'](scope),
    ...PORT_PERMISSIONS['router.getSplit'](scope),
  ];
}
