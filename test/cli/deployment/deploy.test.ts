import { type DeployParts, type DeployRequest, deploy } from '../../../cli/deployment/deploy';
import { platformSchema } from '../../../core/config/platform-schema';
import { releaseVersion } from '../environment/a-version';
import { ACCOUNT, anAccount, REGION, type TestAccount } from '../environment/an-account';
import { DEMO, DEMO_TAGS, WEB } from '../environment/templates';

const PLATFORM = platformSchema.parse({
  environment: 'demo',
  region: REGION,
  namespace: 'shop.local',
  ingress: 'web',
  services: [{ name: 'web', port: 8080 }],
});

describe('deploy', () => {
  let aws: TestAccount;
  let templates: Readonly<Record<string, object>>;
  afterEach(() => aws.close());

  async function start(options: { bootstrapVersion?: number | null } = {}): Promise<void> {
    aws = await anAccount(options);
    templates = DEMO;
  }

  const endpoint = () => aws.account.endpoint.url;
  const told = () => aws.told.join('\n');

  function run(
    request: Partial<DeployRequest> = {},
    parts: Partial<DeployParts> = {},
    answer: string | null = 'y',
  ): Promise<number> {
    const stacks = Object.entries(templates).map(([name, template]) => ({ name, template }));
    return deploy(
      {
        platform: PLATFORM,
        target: { environment: 'demo', region: REGION, endpoint: endpoint() },
        isConfirmed: false,
        json: false,
        ...request,
      },
      {
        clients: aws.clients,
        output: aws.output,
        person: aws.person(answer),
        synthesize: async () => ({
          folder: 'assembly',
          stacks,
          bootstrap: { version: 6, parameter: '/cdk-bootstrap/hnb659fds/version' },
        }),
        runCdk: async () => {
          await aws.deploy(templates, DEMO_TAGS);
          return aws.account.cloudFormation.stacks
            .all()
            .every(({ status }) => /^(CREATE|UPDATE)_COMPLETE$/.test(status))
            ? 0
            : 1;
        },
        applySplits: async () => 0,
        pauseMillis: 2,
        ...parts,
      },
    );
  }

  it('shows what it would do, asks once, and deploys', async () => {
    await start();
    expect(await run()).toBe(0);
    expect(told()).toContain('CREATE    demo-web: 8 to create');
    expect(aws.account.cloudFormation.stacks.all().map(({ status }) => status)).toEqual(
      Array(3).fill('CREATE_COMPLETE'),
    );
  });

  it('does nothing when the answer is no, or nobody answers', async () => {
    await start();
    expect(await run({}, {}, '')).toBe(1);
    expect(await run({}, {}, null)).toBe(1);
    expect(told()).toContain('give --yes');
    expect(aws.account.cloudFormation.stacks.all()).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    await start();
    await run();
    expect(await run({}, { runCdk: () => Promise.reject(new Error('not needed')) }, null)).toBe(0);
    expect(told()).toContain('every stack is as platform.yaml says');
  });

  it('refuses App Mesh on AWS and names the alternatives, before it synthesizes', async () => {
    await start();
    const target = { environment: 'demo', region: REGION, endpoint: null };
    const synthesize = () => Promise.reject(new Error('too early'));
    expect(await run({ target }, { synthesize })).toBe(2);
    expect(told()).toContain('AWS retired App Mesh on 2026-09-30');
    expect(told()).toContain('VPC Lattice');
    expect(told()).toContain('make play');
  });

  it('refuses without credentials', async () => {
    await start();
    aws.account.endpoint.addFault({ action: 'sts:GetCallerIdentity', kind: 'denied', times: 1 });
    expect(await run()).toBe(2);
    expect(told()).toContain('no usable AWS credentials');
  });

  it('refuses credentials of another account', async () => {
    await start();
    expect(await run({ platform: { ...PLATFORM, account: '999900001111' } })).toBe(2);
    expect(told()).toContain(
      `these credentials are for account ${ACCOUNT}, but platform.yaml says account 999900001111`,
    );
  });

  it.each([
    [null, `run once: npx cdk bootstrap aws://${ACCOUNT}/${REGION}`],
    [5, 'has version 5, at least 6 is needed'],
  ])('refuses a bootstrap of version %p', async (bootstrapVersion, words) => {
    await start({ bootstrapVersion });
    expect(await run()).toBe(2);
    expect(told()).toContain(words);
  });

  it('says all problems at once, and touches nothing', async () => {
    await start({ bootstrapVersion: null });
    const Theirs = { Type: 'AWS::CodeCommit::Repository', Properties: { RepositoryName: 'demo-web' } };
    await aws.deploy({ theirs: { Resources: { Theirs } } }, {});
    await aws.deploy(
      { 'demo-rollout': { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: {} } } } },
      { team: 'x' },
    );
    aws.account.resources.add({ type: 'AWS::ECR::Repository', physicalId: 'demo-web', arn: null });
    aws.account.services.logs.append('/ecs-canary/demo/services/web', 'one', 'line');
    expect(await run()).toBe(2);
    expect(told()).toContain('is not bootstrapped');
    expect(told()).toContain('Git repository "demo-web" exists already');
    expect(told()).toContain('image repository "demo-web" exists already');
    expect(told()).toContain('log group "/ecs-canary/demo/services/web" exists already');
    expect(told()).toContain('stack "demo-rollout" exists already and is not of environment "demo"');
    expect(aws.account.cloudFormation.stacks.all().map(({ name }) => name)).toEqual([
      'theirs',
      'demo-rollout',
    ]);
  });

  it.each([
    ['UPDATE_IN_PROGRESS', 'something is going on in stack "demo-web"'],
    ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --stack-name demo-web'],
    ['DELETE_FAILED', 'run "make destroy"'],
  ])('refuses a stack that is in %s', async (status, words) => {
    await start();
    await run();
    aws.account.cloudFormation.stacks.get('demo-web').status = status;
    expect(await run()).toBe(2);
    expect(told()).toContain(words);
  });

  it.each(['demo-eu', 'd'])(
    'deploys beside environment "%s" only where no name can be taken for the other’s',
    async (other) => {
      await start();
      const theirs = { [`${other}-web`]: { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: {} } } } };
      await aws.deploy(theirs, { ...DEMO_TAGS, 'ecs-canary:environment': other });
      expect(await run()).toBe(other === 'd' ? 0 : 2);
      expect(told().includes('environment "demo-eu" is deployed here already')).toBe(other === 'demo-eu');
    },
  );

  it('shows replacements and lost data loudly', async () => {
    await start();
    await run();
    const { Code: _code, ...rest } = WEB.Resources;
    const Images = {
      ...WEB.Resources.Images,
      Properties: { ...WEB.Resources.Images.Properties, RepositoryName: 'other' },
    };
    templates = { ...DEMO, 'demo-web': { Resources: { ...rest, Images } } };
    await run({}, {}, 'n');
    expect(told()).toContain('! replace: Images (AWS::ECR::Repository) of demo-web');
    expect(told()).toContain('! leave behind: Code (AWS::CodeCommit::Repository) of demo-web');
    expect(told()).toContain('! image repository, with every image in it: Images of demo-web');
  });

  it('removes the stack of a service that platform.yaml no longer has, its versions first, and keeps its code', async () => {
    await start();
    await run();
    await releaseVersion(aws);
    const { 'demo-web': _web, ...others } = DEMO;
    templates = others;
    expect(await run()).toBe(0);
    expect(told()).toMatch(/DELETE {4}demo-web: .*to remove/);
    expect(told().indexOf('taking traffic away: route web')).toBeLessThan(
      told().indexOf('deleting stack demo-web'),
    );
    expect(aws.account.cloudFormation.stacks.all().map(({ name }) => name)).toEqual([
      'demo-cluster',
      'demo-rollout',
    ]);
    expect(aws.account.resources.ofType('AWS::CodeCommit::Repository')).toHaveLength(1);
  });

  it('fails with the state of each stack and what to do', async () => {
    await start();
    const Unknown = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/x', Type: 'String', Value: 'v', Tier: 'None' },
    };
    templates = { ...DEMO, 'demo-web': { Resources: { ...WEB.Resources, Unknown } } };
    expect(await run()).toBe(1);
    expect(told()).toContain('the deployment failed; the stacks are now:');
    expect(told()).toMatch(/CREATE_COMPLETE +demo-rollout/);
    expect(told()).toMatch(/ROLLBACK_COMPLETE +demo-web/);
    expect(told()).toContain('deploy again: finished stacks are skipped');
  });

  it('fails with the exit code of a split that cannot be applied', async () => {
    await start();
    expect(await run({}, { applySplits: async () => 1 })).toBe(1);
  });

  it('prints addresses, or all of it as JSON', async () => {
    await start();
    const Outputs = {
      DoorApplicationUrl1234: { Value: 'http://demo.example' },
      CloneUrlHttp: { Value: 'https://git' },
    };
    templates = { ...DEMO, 'demo-web': { ...WEB, Outputs } };
    await run();
    expect(aws.printed.join('\n')).toMatch(/Application:\n {2}demo-web +http:\/\/demo\.example/);
    aws.printed.length = 0;
    await run({ json: true });
    expect(JSON.parse(aws.printed.join(''))).toMatchObject({
      environment: 'demo',
      outputs: { 'demo-web': { CloneUrlHttp: 'https://git' } },
    });
  });
});
