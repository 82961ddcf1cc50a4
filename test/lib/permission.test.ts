import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { grant } from '../../lib/constructs/permission';

function aRole(): Role {
  return new Role(new Stack(new App(), 'Stack'), 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
}

describe('grant', () => {
  it('refuses an action with a wildcard', () => {
    expect(() => grant(aRole(), 'Policy', [{ actions: ['ecs:*'], resources: ['arn:x'] }])).toThrow(
      'policy action "ecs:*" holds a wildcard',
    );
  });

  it('refuses a resource with a wildcard that nobody gave a reason for', () => {
    expect(() => grant(aRole(), 'Policy', [{ actions: ['ecs:ListTasks'], resources: ['*'] }])).toThrow(
      'policy resource "*" of ecs:ListTasks holds a wildcard without a reason',
    );
  });

  it('makes a policy of its own for the role', () => {
    const policy = grant(aRole(), 'Policy', [
      { actions: ['ecs:ListTasks'], resources: ['*'], wildcard: 'no resource level' },
    ]);

    expect(policy.document.statementCount).toBe(1);
  });
});
