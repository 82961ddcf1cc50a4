import type { AccountResources } from '../../account/resources';
import type { ApiContext, ApiService } from '../../api';
import { changeSetOperations } from './change-set-operations';
import { StackStore } from './model';
import type { ResourceOperator } from './resource-operator';
import { StackDeployer } from './stack-deployer';
import { stackOperations } from './stack-operations';

/** The CloudFormation API and what the rehearsal itself reads and sets of it. */
export interface CloudFormationService extends ApiService {
  readonly stacks: StackStore;
}

/** AWS CloudFormation over the account's resources. Whatever is asked for has happened when the call returns. */
export function createCloudFormationService(
  context: ApiContext,
  operator: ResourceOperator,
  resources: AccountResources,
): CloudFormationService {
  const stacks = new StackStore(context);
  const deployer = new StackDeployer(stacks, operator, resources);
  return {
    signingName: 'cloudformation',
    protocols: [
      {
        kind: 'query',
        apiVersion: '2010-05-15',
        xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
      },
    ],
    operations: { ...stackOperations(stacks, deployer), ...changeSetOperations(stacks, deployer, resources) },
    stacks,
  };
}
