import { anAccount, type TestAccount } from '../../../cli/environment/an-account';

const PARAMETER = {
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: '/one', Type: 'String', Value: 'first' },
};

describe('startAccount', () => {
  let aws: TestAccount;
  beforeEach(async () => {
    aws = await anAccount();
  });
  afterEach(() => aws.close());

  const stackOf = (name: string) => aws.account.cloudFormation.stacks.get(name);
  const valueOfOne = async () => {
    const answer = await aws.account.services.ssm.operations.GetParameter?.run({ Name: '/one' });
    return (answer as { Parameter: { Value: string } }).Parameter.Value;
  };

  it('refuses a type that the rehearsal does not know in the change set, before anything is made', async () => {
    const Odd = { Type: 'AWS::Odd::Thing', Properties: {} };
    await expect(aws.deploy({ odd: { Resources: { One: PARAMETER, Odd } } }, {})).rejects.toThrow(/FAILED/);
    const [change] = stackOf('odd').changeSets.values();
    expect(change?.reason).toContain('Odd: resource type "AWS::Odd::Thing" is not known to the rehearsal');
    await expect(valueOfOne()).rejects.toThrow();
  });

  it('updates in place, and goes back to what was there when an update fails', async () => {
    await aws.deploy({ s: { Resources: { One: PARAMETER } } }, {});
    const One = { ...PARAMETER, Properties: { ...PARAMETER.Properties, Value: 'second' } };
    await aws.deploy({ s: { Resources: { One } } }, {});
    expect([stackOf('s').status, await valueOfOne()]).toEqual(['UPDATE_COMPLETE', 'second']);
    aws.account.resources.add({ type: 'AWS::ECR::Repository', physicalId: 'taken', arn: null });
    const Taken = {
      Type: 'AWS::ECR::Repository',
      DependsOn: 'One',
      Properties: { RepositoryName: 'taken' },
    };
    await aws.deploy({ s: { Resources: { One: PARAMETER, Taken } } }, {});
    expect([stackOf('s').status, await valueOfOne()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'second']);
  });

  it('removes what a template no longer holds, and keeps what is to be retained', async () => {
    const Kept = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'kept' } };
    await aws.deploy({ s: { Resources: { One: PARAMETER, Kept } } }, {});
    const Other = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } };
    await aws.deploy({ s: { Resources: { Other } } }, {});
    expect(aws.account.resources.find('AWS::S3::Bucket', 'kept')?.owner).toBeNull();
    await expect(valueOfOne()).rejects.toThrow();
  });
});
