import { createAuthorizer } from '../../../../rehearsal/assembly/policies/authorizer';
import { collectRoles, type Guard } from '../../../../rehearsal/assembly/policies/roles';
import { AssemblyValues } from '../../../../rehearsal/assembly/resolve/values';
import { anAssembly } from '../_helpers/an-assembly';

const strict: Guard = (_, read) => read();
const allow = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const TRUST = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};

function rolesOf(role: object, others: Record<string, unknown> = {}) {
  const Resources = {
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', AssumeRolePolicyDocument: TRUST, ...role } },
    ...others,
  };
  return collectRoles(new AssemblyValues(anAssembly({ Resources })).resources(), strict);
}

function allowed(roles: ReturnType<typeof rolesOf>, action: string): boolean {
  return createAuthorizer(roles)({ principal: 'r', action, resources: ['*'], context: {} }).allowed;
}

describe('collectRoles', () => {
  it('reads name, ARN and who may assume the role', () => {
    expect(rolesOf({})).toEqual([
      {
        name: 'r',
        arn: 'arn:aws:iam::000000000000:role/r',
        trusts: ['lambda.amazonaws.com'],
        statements: [],
        notEvaluated: [],
      },
    ]);
  });

  it('evaluates policies inside the role, beside it and attached to it', () => {
    const roles = rolesOf(
      {
        Policies: [{ PolicyName: 'p', PolicyDocument: allow('a:One') }],
        ManagedPolicyArns: [{ Ref: 'Managed' }],
      },
      {
        Beside: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'b', PolicyDocument: allow('a:Two'), Roles: [{ Ref: 'Role' }] },
        },
        Other: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'o', PolicyDocument: allow('a:No'), Roles: ['else'] },
        },
        Managed: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { ManagedPolicyName: 'm', PolicyDocument: allow('a:Three') },
        },
      },
    );
    expect(['a:One', 'a:Two', 'a:Three', 'a:No'].map((action) => allowed(roles, action))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('evaluates the AWS managed policies it knows and names the others', () => {
    const roles = rolesOf({
      ManagedPolicyArns: [
        'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        'arn:aws:iam::aws:policy/AdministratorAccess',
      ],
    });
    expect(allowed(roles, 'logs:PutLogEvents')).toBe(true);
    expect(allowed(roles, 'ecs:ListTasks')).toBe(false);
    expect(roles[0]?.notEvaluated).toEqual(['arn:aws:iam::aws:policy/AdministratorAccess']);
  });

  it('has whoever people give a managed policy to, which none of the roles has', () => {
    const managed = (name: string) => ({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: name, PolicyDocument: allow('a:One') },
    });
    const roles = rolesOf(
      { ManagedPolicyArns: [{ Ref: 'Taken' }] },
      { Taken: managed('taken'), Free: managed('for-people') },
    );

    expect(roles.map(({ name }) => name)).toEqual(['r', 'for-people']);
    const asks = { principal: 'for-people', resources: ['*'], context: {} };
    expect(createAuthorizer(roles)({ ...asks, action: 'a:One' }).allowed).toBe(true);
    expect(createAuthorizer(roles)({ ...asks, action: 'a:Two' }).allowed).toBe(false);
  });

  it('refuses a managed policy that nobody defines', () => {
    expect(() => rolesOf({ ManagedPolicyArns: ['arn:aws:iam::000000000000:policy/x'] })).toThrow(
      /neither in the assembly nor one of AWS/,
    );
  });
});
