import { platformSchema } from '../../core/config/platform-schema';
import { aPlatform, flat, many, synthesize, type Templates } from './templates';

const WEB = { name: 'web', port: 8080 };
const MACHINE = 'arn:aws:states:us-west-2:<AWS::AccountId>:stateMachine:demo-rollout';
const CONNECTION =
  'arn:aws:codeconnections:us-west-2:123456789012:connection/0a1b2c3d-0000-4000-8000-000000000000';

let templates: Templates;

beforeAll(() => {
  templates = synthesize(aPlatform({ services: [WEB], build: { compute: 'large', timeout_minutes: 45 } }));
});

/** The only resource of a type in the service's stack. */
function only(type: string, from = templates) {
  const found = from.resources(type).filter(([id]) => id.startsWith('demo-web/'));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]![1];
}

function actions(from = templates) {
  // biome-ignore lint/suspicious/noExplicitAny: a template's own shape
  const { Stages } = only('AWS::CodePipeline::Pipeline', from).Properties as { Stages: any[] };
  // biome-ignore lint/suspicious/noExplicitAny: a template's own shape
  return Stages.flatMap((stage) => stage.Actions.map((action: any) => ({ stage: stage.Name, ...action })));
}

describe('a service’s pipeline', () => {
  it('goes from the source over the check to the image and its rollout', () => {
    const order = actions().sort((a, b) => (a.stage === b.stage ? a.RunOrder - b.RunOrder : 0));

    expect(order.map(({ stage, Name }) => `${stage}/${Name}`)).toEqual([
      'Source/Source',
      'Build/Check',
      'Build/Image',
      'Deploy/Rollout',
    ]);
    expect(order[1].RunOrder).toBeLessThan(order[2].RunOrder);
  });

  it('lets a newer commit reach its rollout while an older one is rolled out', () => {
    expect(only('AWS::CodePipeline::Pipeline').Properties).toMatchObject({
      Name: 'demo-web',
      PipelineType: 'V2',
      ExecutionMode: 'PARALLEL',
    });
  });

  it('starts the environment’s rollout with the file that the build wrote', () => {
    const [source, , image, rollout] = actions();

    expect(rollout.ActionTypeId).toEqual({
      Category: 'Invoke',
      Owner: 'AWS',
      Provider: 'StepFunctions',
      Version: '1',
    });
    expect({
      ...rollout.Configuration,
      StateMachineArn: flat(rollout.Configuration.StateMachineArn),
    }).toEqual({
      StateMachineArn: MACHINE,
      ExecutionNamePrefix: 'web',
      InputType: 'FilePath',
      Input: 'rollout.json',
    });
    expect(rollout.InputArtifacts).toEqual(image.OutputArtifacts);
    expect(image.InputArtifacts).toEqual(source.OutputArtifacts);
  });

  it('is made after everything that its first run needs', () => {
    const { DependsOn = [] } = only('AWS::CodePipeline::Pipeline');

    expect(DependsOn.filter((id) => id.includes('Policy'))).toHaveLength(3);
    expect(DependsOn.filter((id) => id.startsWith('Binding'))).toHaveLength(1);
  });

  it('starts by a push to main, with the commit that was pushed', () => {
    const rule = only('AWS::Events::Rule').Properties;

    expect(rule.EventPattern).toMatchObject({
      source: ['aws.codecommit'],
      'detail-type': ['CodeCommit Repository State Change'],
      detail: {
        event: ['referenceCreated', 'referenceUpdated'],
        referenceType: ['branch'],
        referenceName: ['main'],
      },
    });
    expect(rule.EventPattern.resources.map(flat)).toEqual([expect.stringMatching(/Repository.*\.Arn/)]);
    const { InputPathsMap, InputTemplate } = rule.Targets[0].InputTransformer;
    expect(InputPathsMap).toEqual({ commit: '$.detail.commitId' });
    expect(JSON.parse(InputTemplate)).toEqual({
      sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: '<commit>' }],
    });
    expect(actions()[0].Configuration).toMatchObject({ BranchName: 'main', PollForSourceChanges: false });
  });

  it('says where to push and where to look', () => {
    const { Outputs } = JSON.parse(templates.text('demo-web')) as {
      Outputs: Record<string, { Value: unknown }>;
    };

    expect(Object.keys(Outputs).sort()).toEqual([
      'BuildLogUrl',
      'CloneUrlGrc',
      'CloneUrlHttps',
      'DashboardUrl',
      'PipelineUrl',
      'RolloutLogUrl',
      'TaskLogUrl',
    ]);
    expect(Outputs.CloneUrlGrc?.Value).toBe('codecommit::us-west-2://demo-web');
    expect(Outputs.BuildLogUrl?.Value).toContain('log-group/$252Fecs-canary$252Fdemo$252Fbuilds$252Fweb');
  });
});

describe('the check before a build', () => {
  const project = () => templates.find('AWS::CodeBuild::Project', 'Name', 'demo-web-check').Properties;
  const variables = (): Record<string, string> =>
    Object.fromEntries(
      // biome-ignore lint/suspicious/noExplicitAny: a template's own shape
      project().Environment.EnvironmentVariables.map(({ Name, Value }: any) => [
        Name,
        Value['Fn::Sub'] ?? Value,
      ]),
    );

  it('is the platform’s: its commands come from the template, its code from an asset', () => {
    const { phases } = JSON.parse(project().Source.BuildSpec) as {
      phases: { build: { commands: string[] } };
    };

    expect(phases.build.commands.join('\n')).toContain('"$CHECK_BUNDLE"');
    expect(variables().CHECK_BUNDLE).toMatch(/^s3:\/\/cdk-hnb659fds-assets-.*\.js$/);
  });

  it('knows what platform.yaml says of the service', () => {
    expect(variables()).toMatchObject({ SERVICE_PROTOCOL: 'http', SERVICE_HAS_VOLUME: 'false' });
  });

  it('has neither privilege nor the right to push or to hand anything on', () => {
    expect(project().Environment.PrivilegedMode).toBe(false);
    expect(permissionsOf('demo-web-check').filter((each) => /ecr:|s3:Put/.test(each))).toEqual([]);
  });
});

describe('the image build', () => {
  const project = () => templates.find('AWS::CodeBuild::Project', 'Name', 'demo-web-build').Properties;

  it('runs the repository’s own build.yml with Docker, in the size and time of platform.yaml', () => {
    expect(project()).toMatchObject({
      Source: { Type: 'CODEPIPELINE', BuildSpec: 'specfiles/build.yml' },
      Environment: { ComputeType: 'BUILD_GENERAL1_LARGE', PrivilegedMode: true, Type: 'LINUX_CONTAINER' },
      TimeoutInMinutes: 45,
      Cache: { Type: 'LOCAL', Modes: ['LOCAL_DOCKER_LAYER_CACHE'] },
    });
  });

  it('tells it the service and its image repository', () => {
    const variables = new Map(
      (project().Environment.EnvironmentVariables as { Name: string; Value: unknown }[]).map((each) => [
        each.Name,
        flat(each.Value),
      ]),
    );

    expect(variables.get('SERVICE_NAME')).toBe('web');
    expect(variables.get('DOCKER_REGISTRY_URI')).toMatch(/^<PipelineImages.*\.RepositoryUri>$/);
  });

  it('logs to a group of the service’s own that forgets', () => {
    const group = templates.find('AWS::Logs::LogGroup', 'LogGroupName', '/ecs-canary/demo/builds/web');

    expect(group.Properties.RetentionInDays).toBe(30);
    expect(project().LogsConfig.CloudWatchLogs).toMatchObject({ Status: 'ENABLED', StreamName: 'build' });
  });
});

describe('what a service’s pipeline keeps', () => {
  it('keeps images whose tags never move, scanned and encrypted', () => {
    const { LifecyclePolicy, ...images } = only('AWS::ECR::Repository').Properties;

    expect(images).toMatchObject({
      RepositoryName: 'demo-web',
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: 'KMS' },
      EmptyOnDelete: true,
    });
    expect(JSON.parse(LifecyclePolicy.LifecyclePolicyText).rules[0].selection).toMatchObject({
      countType: 'imageCountMoreThan',
      countNumber: 30,
    });
  });

  it('keeps artifacts encrypted, private, and no longer than platform.yaml says', () => {
    const kept = synthesize(aPlatform({ services: [WEB], build: { artifact_retention_days: 9 } }));
    const bucket = only('AWS::S3::Bucket', kept).Properties;

    expect(bucket.BucketEncryption).toBeDefined();
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket.LifecycleConfiguration.Rules[0]).toMatchObject({ ExpirationInDays: 9, Status: 'Enabled' });
    expect(only('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('keeps the repository when the service is removed', () => {
    expect(only('AWS::CodeCommit::Repository')).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });
});

describe('a pipeline’s roles', () => {
  it('let a push start this pipeline and nothing else', () => {
    expect(permissionsOf('demo-web-trigger')).toEqual([
      expect.stringMatching(/^codepipeline:StartPipelineExecution arn:.*:<PipelineD[0-9A-F]+>$/),
    ]);
  });

  it('let the pipeline read its repository, run its two projects and start and follow rollouts', () => {
    const others = permissionsOf('demo-web-pipeline').filter((each) => !each.startsWith('s3:'));

    expect(others.map((each) => each.replace(/<Pipeline([A-Z][a-z]+)[A-Za-z0-9]*/g, '<$1')).sort()).toEqual([
      'codebuild:BatchGetBuilds <Build.Arn>',
      'codebuild:BatchGetBuilds <Check.Arn>',
      'codebuild:StartBuild <Build.Arn>',
      'codebuild:StartBuild <Check.Arn>',
      'codecommit:CancelUploadArchive <Source.Arn>',
      'codecommit:GetBranch <Source.Arn>',
      'codecommit:GetCommit <Source.Arn>',
      'codecommit:GetUploadArchiveStatus <Source.Arn>',
      'codecommit:UploadArchive <Source.Arn>',
      'states:DescribeExecution arn:aws:states:us-west-2:<AWS::AccountId>:execution:demo-rollout:*',
      `states:DescribeStateMachine ${MACHINE}`,
      `states:StartExecution ${MACHINE}`,
    ]);
  });

  it('let the build push and pull the service’s own images alone', () => {
    const images = permissionsOf('demo-web-build').filter((each) => each.startsWith('ecr:'));
    const everywhere = images.filter((each) => each.endsWith(' *'));

    expect(everywhere).toEqual(['ecr:GetAuthorizationToken *']);
    expect(images.filter((each) => !each.endsWith(' *') && !/<PipelineImages.*\.Arn>$/.test(each))).toEqual(
      [],
    );
    expect(images.join()).toContain('ecr:PutImage');
    expect(images.join()).toContain('ecr:BatchGetImage');
  });

  it('reach no objects but the service’s own artifacts and the check', () => {
    for (const role of ['pipeline', 'check', 'build']) {
      const objects = permissionsOf(`demo-web-${role}`).filter((each) => /^s3:(Get|Put)Object/.test(each));

      for (const each of objects) {
        expect(each).toMatch(/<PipelineArtifacts[0-9A-F]+\.Arn>\/\*$|cdk-hnb659fds-assets-.*\.js$/);
      }
    }
  });

  it('are assumed by one AWS service each, from this account', () => {
    const roles = templates
      .resources('AWS::IAM::Role')
      .map(([, role]) => role.Properties)
      .filter(({ RoleName }) => /^demo-web-(pipeline|check|build|trigger)$/.test(RoleName));

    expect(roles).toHaveLength(4);
    for (const { AssumeRolePolicyDocument } of roles) {
      expect(AssumeRolePolicyDocument.Statement).toHaveLength(1);
      expect(AssumeRolePolicyDocument.Statement[0].Condition.StringEquals).toHaveProperty(
        'aws:SourceAccount',
      );
    }
  });

  it('have names that IAM takes, however long the service’s and the environment’s are', () => {
    const longest = (limit: number, shape: (name: string) => boolean): string => {
      let name = 'a';
      while (name.length < limit && shape(`${name}a`)) {
        name += 'a';
      }
      return name;
    };
    const isValid = (change: object): boolean =>
      platformSchema.safeParse({ ...aPlatform(), ...change }).success;
    const environment = longest(64, (name) => isValid({ environment: name }));
    const name = longest(64, (each) => isValid({ ingress: each, services: [{ ...WEB, name: each }] }));
    const long = synthesize(aPlatform({ environment, ingress: name, services: [{ ...WEB, name }] }));

    for (const [, role] of long.resources('AWS::IAM::Role')) {
      expect(role.Properties.RoleName?.length ?? 0).toBeLessThanOrEqual(64);
    }
    for (const [, rule] of long.resources('AWS::Events::Rule')) {
      expect(rule.Properties.Name.length).toBeLessThanOrEqual(64);
    }
    expect(environment.length + name.length).toBeGreaterThan(40);
  });
});

describe('a pipeline with a code connection', () => {
  let connected: Templates;

  beforeAll(() => {
    const repositories = { provider: 'connection', connection_arn: CONNECTION, owner: 'shop/backend' };
    const services = [{ ...WEB, repository: 'shop-web', source: 'microservices/yelb-ui' }];
    connected = synthesize(aPlatform({ repositories, services }));
  });

  it('makes no repository, no rule and no seed', () => {
    for (const type of ['AWS::CodeCommit::Repository', 'AWS::Events::Rule']) {
      expect(connected.resources(type).filter(([id]) => id.startsWith('demo-web/'))).toEqual([]);
    }
  });

  it('takes commits of main, as they are pushed', () => {
    const pipeline = only('AWS::CodePipeline::Pipeline', connected).Properties;

    expect(pipeline.Triggers).toEqual([
      {
        ProviderType: 'CodeStarSourceConnection',
        GitConfiguration: { SourceActionName: 'Source', Push: [{ Branches: { Includes: ['main'] } }] },
      },
    ]);
    expect(actions(connected)[0]).toMatchObject({
      ActionTypeId: { Provider: 'CodeStarSourceConnection' },
      Configuration: {
        ConnectionArn: CONNECTION,
        FullRepositoryId: 'shop/backend/shop-web',
        BranchName: 'main',
      },
    });
  });

  it('may use that connection and no other', () => {
    const uses = permissionsOf('demo-web-pipeline', connected).filter((each) =>
      each.includes('UseConnection'),
    );

    expect(uses).toEqual([
      `codeconnections:UseConnection ${CONNECTION}`,
      `codestar-connections:UseConnection ${CONNECTION}`,
    ]);
  });
});

/** `action resource` of everything that a role may do. */
function permissionsOf(roleName: string, from = templates): readonly string[] {
  const role = from.resources('AWS::IAM::Role').find(([, each]) => each.Properties.RoleName === roleName);
  const id = role?.[0].split('/')[1] ?? '(no role)';
  return from
    .resources('AWS::IAM::Policy')
    .filter(([, policy]) => many(policy.Properties.Roles).some((ref) => (ref as { Ref: string }).Ref === id))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)
    .flatMap((statement) =>
      many(statement.Action).flatMap((action) =>
        many(statement.Resource).map((resource) => `${String(action)} ${flat(resource)}`),
      ),
    )
    .sort();
}
