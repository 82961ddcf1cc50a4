import { type DestroyRequest, destroy } from '../../../cli/teardown/destroy';
import { releaseVersion } from '../environment/a-version';
import { ACCOUNT, anAccount, REGION, type TestAccount } from '../environment/an-account';
import { CLUSTER, DEMO, DEMO_TAGS, ROLLOUT, WEB } from '../environment/templates';

const REQUEST: DestroyRequest = {
  environment: 'demo',
  region: REGION,
  account: null,
  isConfirmed: true,
  json: false,
};
const WAITING = JSON.stringify({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } },
});

describe('destroy', () => {
  let aws: TestAccount;
  beforeEach(async () => {
    aws = await anAccount();
  });
  afterEach(() => aws.close());

  const run = (change: Partial<DestroyRequest> = {}, answer: string | null = null) =>
    destroy(
      { ...REQUEST, ...change },
      { clients: aws.clients, output: aws.output, person: aws.person(answer), pauseMillis: 2 },
    );
  const told = () => aws.told.join('\n');
  const bucketOf = (name: string) => aws.account.resources.find('AWS::S3::Bucket', name)!;

  /** Deploys, releases a version, and stops in the middle of a rollout, with things in everything. */
  async function midRollout(): Promise<void> {
    await aws.deploy(DEMO, DEMO_TAGS);
    await releaseVersion(aws);
    const { engine, services, resources } = aws.account;
    const machine = engine.createMachine({
      name: 'demo-rollout',
      definition: WAITING,
      roleArn: 'arn:aws:iam::1:role/r',
    });
    engine.start({ stateMachineArn: machine.stateMachineArn, name: 'web-1', input: '{}' });
    bucketOf('demo-web-artifacts').content.set('a', [
      { id: 'v1', bytes: new Uint8Array(1) },
      { id: 'v2', bytes: null },
    ]);
    resources.find('AWS::ECR::Repository', 'demo-web')!.content.set('aaaaaaaa', []);
    resources
      .find('AWS::CodePipeline::Pipeline', 'demo-web')!
      .content.set('run-1', [{ id: 'v', bytes: null }]);
    services.logs.append('/aws/lambda/demo-shift-traffic', 'one', 'line');
  }

  it('leaves nothing in the middle of a rollout, and proves it', async () => {
    await midRollout();
    expect(await run()).toBe(0);
    expect(told()).toContain('nothing is left of environment "demo"');
    expect(told()).not.toContain('✗');
    expect(aws.account.cloudFormation.stacks.all()).toEqual([]);
    expect(aws.account.resources.all().map(({ physicalId }) => physicalId)).toEqual([
      `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`,
    ]);
    expect(aws.account.engine.list().map(({ status }) => status)).toEqual(['ABORTED']);
  });

  it('finds nothing the second time, and ends well', async () => {
    await midRollout();
    await run();
    aws.told.length = 0;
    expect(await run()).toBe(0);
    expect(aws.told.filter((line) => line.startsWith('deleting'))).toEqual([]);
    expect(told()).toContain('nothing is left');
  });

  it('stops what could act before it takes traffic, versions and stacks away', async () => {
    await midRollout();
    await run();
    const at = (start: string) => aws.told.findIndex((line) => line.startsWith(start));
    const order = [
      'stopping rollout web-1',
      'deleting stack demo-rollout',
      'taking traffic away',
      'deleting stack demo-web',
      'deleting stack demo-cluster',
      'removing what no stack holds: AWS::CodeCommit::Repository demo-web',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('names loudly what cannot be had back, before it asks', async () => {
    await midRollout();
    expect(await run({ isConfirmed: false }, 'no')).toBe(1);
    expect(told()).toContain('DATA THAT CANNOT BE HAD BACK');
    expect(told()).toContain('! Git repository, with all code in it');
    expect(told()).toContain('! image repository, with every image in it: demo-web');
    expect(told()).toContain('1 running rollout: stopped in the middle');
    expect(told()).toContain('not confirmed: nothing was deleted');
    expect(aws.account.cloudFormation.stacks.all()).toHaveLength(3);
  });

  it('goes on when the name of the environment is typed', async () => {
    await aws.deploy(DEMO, DEMO_TAGS);
    expect(await run({ isConfirmed: false }, 'demo')).toBe(0);
  });

  it('refuses to go on without a terminal and without --yes', async () => {
    await aws.deploy(DEMO, DEMO_TAGS);
    expect(await run({ isConfirmed: false }, null)).toBe(1);
    expect(told()).toContain('give --yes');
  });

  it('touches nothing of another environment whose name begins alike', async () => {
    await aws.deploy(DEMO, DEMO_TAGS);
    const rename = (template: object) =>
      JSON.parse(JSON.stringify(template).replaceAll('demo', 'demo-eu')) as object;
    const other = { 'demo-eu-rollout': rename(ROLLOUT) };
    await aws.deploy(other, { 'ecs-canary:environment': 'demo-eu' });
    await aws.deploy(
      { 'demo-theirs': { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: {} } } } },
      { team: 'x' },
    );
    aws.account.services.logs.append('/aws/lambda/demo-eu-shift-traffic', 'one', 'line');
    expect(await run()).toBe(0);
    expect(aws.account.cloudFormation.stacks.all().map(({ name }) => name)).toEqual([
      'demo-eu-rollout',
      'demo-theirs',
    ]);
    expect(told()).toContain("left alone, not tagged as this environment's: stack demo-theirs");
    const groups = await aws.account.services.logs.operations.DescribeLogGroups?.run({});
    expect(JSON.stringify(groups)).toContain('/aws/lambda/demo-eu-shift-traffic');
  });

  it('goes on with what a failed deployment left', async () => {
    await aws.deploy({ 'demo-cluster': CLUSTER }, DEMO_TAGS);
    aws.account.resources.add({ type: 'AWS::ECR::Repository', physicalId: 'demo-web', arn: null });
    await aws.deploy({ 'demo-web': WEB }, DEMO_TAGS);
    expect(aws.account.cloudFormation.stacks.find('demo-web')?.status).toBe('ROLLBACK_COMPLETE');
    expect(await run()).toBe(0);
    expect(aws.account.resources.find('AWS::ECR::Repository', 'demo-web')).toBeDefined();
  });

  it('fails with what is left and why when AWS keeps refusing, and continues when run again', async () => {
    await midRollout();
    aws.account.endpoint.addFault({ action: 'cloudformation:DeleteStack', kind: 'denied', times: 1000 });
    expect(await run()).toBe(1);
    expect(told()).toMatch(/environment "demo" is not gone; left are:\n {2}stack demo-cluster/);
    expect(told()).toContain('was refused with AccessDenied');
    expect(told()).toContain('run the same command again');
    aws.account.endpoint.clearFaults();
    expect(await run()).toBe(0);
  });

  it('works through throttles and lost answers', async () => {
    await midRollout();
    for (const action of [
      'cloudformation:DeleteStack',
      'appmesh:DeleteRoute',
      'ecs:DeleteService',
      'tag:GetResources',
    ]) {
      aws.account.endpoint.addFault({ action, kind: 'throttle', times: 1 });
    }
    aws.account.endpoint.addFault({ action: 'ecs:DeleteTaskDefinitions', kind: 'server_error', times: 1 });
    expect(await run()).toBe(0);
  });

  it('leaves behind what a stack cannot delete, and removes it by its tag', async () => {
    const Protected = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'demo-releases',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        DeletionProtectionEnabled: true,
        Tags: [{ Key: 'ecs-canary:environment', Value: 'demo' }],
      },
    };
    await aws.deploy({ 'demo-rollout': { Resources: { Protected } } }, DEMO_TAGS);
    expect(await run()).toBe(1);
    expect(told()).toContain('protected against deletion');
    expect(aws.account.cloudFormation.stacks.all()).toEqual([]);
    aws.account.resources.find('AWS::DynamoDB::Table', 'demo-releases')!.properties = {};
    expect(await run()).toBe(0);
  });

  it('refuses while a stack is protected or a foreign stack imports from the environment', async () => {
    await aws.deploy(DEMO, DEMO_TAGS);
    const value = { 'Fn::ImportValue': 'demo-cluster:namespace' };
    const Theirs = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/theirs', Type: 'String', Value: value },
    };
    await aws.deploy({ theirs: { Resources: { Theirs } } }, {});
    aws.account.cloudFormation.stacks.get('demo-web').terminationProtection = true;
    expect(await run()).toBe(2);
    expect(told()).toContain('stack "demo-web" is protected against termination');
    expect(told()).toContain(
      'stack "theirs", which is not of environment "demo", imports from "demo-cluster"',
    );
    expect(aws.account.cloudFormation.stacks.all()).toHaveLength(4);
  });

  it('refuses credentials of another account than platform.yaml names', async () => {
    expect(await run({ account: '999900001111' })).toBe(2);
    expect(told()).toContain(`these credentials are for account ${ACCOUNT}`);
  });

  it('prints what is left as JSON', async () => {
    expect(await run({ json: true })).toBe(0);
    expect(JSON.parse(aws.printed.join(''))).toEqual({
      environment: 'demo',
      gone: true,
      left: [],
      problems: [],
    });
  });
});
