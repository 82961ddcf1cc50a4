import { parseArn } from '../../../tools/permissions/arn-format';
import { functionLogUses } from '../../../tools/permissions/implied';
import { generalResource, generalRole, serviceOfRole } from '../../../tools/permissions/names';
import { narrowestPattern } from '../../../tools/permissions/narrowest';
import { usesOfTask } from '../../../tools/permissions/task-uses';

describe('narrowestPattern', () => {
  it.each([
    [['demo-shop-1a', 'demo-web-2b'], 'demo-*'],
    [['demo-shop-1a', 'demo-shop-2b'], 'demo-shop-*'],
    [['demo-shop-task', 'demo-web-task'], 'demo-*-task'],
    [['shop.demo.local', 'web.demo.local'], '*.demo.local'],
    [['/a/b/shop', '/a/b/web'], '/a/b/*'],
    [['abc', 'abd'], '*'],
    [['same', 'same'], 'same'],
    [['a-a', 'a-a-a'], 'a-a*'],
  ])('of %j is %s', (names, pattern) => {
    expect(narrowestPattern(names)).toBe(pattern);
  });
});

describe('parseArn', () => {
  const format = 'arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}';

  it('takes ARNs and patterns apart', () => {
    expect(parseArn(format, 'arn:aws:ecs:eu-west-1:0:service/demo/demo-*')).toMatchObject({
      ClusterName: 'demo',
      ServiceName: 'demo-*',
    });
  });

  it('knows what is of another type', () => {
    expect(parseArn(format, 'arn:aws:ecs:eu-west-1:0:task/demo/1')).toBeNull();
    expect(parseArn(format, '*')).toBeNull();
  });
});

describe('names', () => {
  const names = { environment: 'demo', services: ['shop', 'shop-web'], account: '0123' };

  it('tells whose a role is, the longest name first', () => {
    expect(serviceOfRole('demo-shop-web-build', names)).toBe('shop-web');
    expect(serviceOfRole('demo-claim-rollout', names)).toBeNull();
    expect(generalRole('demo-shop-build', names)).toBe('ENVIRONMENT-SERVICE-build');
  });

  it('replaces whole words alone', () => {
    expect(generalResource('arn:aws:x:r:0123:demo/shop/demos', 'demo-shop-build', names)).toBe(
      'arn:aws:x:r:ACCOUNT:ENVIRONMENT/SERVICE/demos',
    );
  });
});

describe('what AWS does by itself', () => {
  const place = { region: 'r', account: '0', taskId: 't' };

  it('follows from a task definition: image, secrets, logs, configuration, metrics', () => {
    const asked = usesOfTask(
      {
        executionRoleArn: 'arn:aws:iam::0:role/execution',
        taskRoleArn: 'arn:aws:iam::0:role/task',
        containerDefinitions: [
          {
            name: 'app',
            image: '0.dkr.ecr.r.amazonaws.com/demo-shop:1',
            secrets: [
              { valueFrom: '/demo/shop/a' },
              { valueFrom: 'arn:aws:secretsmanager:r:0:secret:demo/shop/b' },
            ],
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': '/g', 'awslogs-stream-prefix': 'v' },
            },
          },
          { environment: [{ name: 'APPMESH_RESOURCE_ARN', value: 'mesh/m/virtualNode/n' }] },
          {
            environment: [
              { name: 'AOT_CONFIG_CONTENT', value: '{"log_group_name":"/metrics","log_stream_name":"shop"}' },
            ],
          },
        ],
      },
      place,
    );

    expect(asked.map(({ role, action, resource }) => `${role} ${action} ${resource}`)).toEqual([
      'execution ecr:GetAuthorizationToken *',
      'execution ecr:BatchCheckLayerAvailability arn:aws:ecr:r:0:repository/demo-shop',
      'execution ecr:BatchGetImage arn:aws:ecr:r:0:repository/demo-shop',
      'execution ecr:GetDownloadUrlForLayer arn:aws:ecr:r:0:repository/demo-shop',
      'execution ssm:GetParameters arn:aws:ssm:r:0:parameter/demo/shop/a',
      'execution secretsmanager:GetSecretValue arn:aws:secretsmanager:r:0:secret:demo/shop/b',
      'execution logs:CreateLogStream arn:aws:logs:r:0:log-group:/g:log-stream:v/app/t',
      'execution logs:PutLogEvents arn:aws:logs:r:0:log-group:/g:log-stream:v/app/t',
      'task appmesh:StreamAggregatedResources arn:aws:appmesh:r:0:mesh/m/virtualNode/n',
      'task logs:CreateLogStream arn:aws:logs:r:0:log-group:/metrics:log-stream:shop',
      'task logs:PutLogEvents arn:aws:logs:r:0:log-group:/metrics:log-stream:shop',
    ]);
  });

  it.each([
    [false, ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite']],
    [true, ['elasticfilesystem:ClientMount']],
  ])('follows from files that are mounted in the task’s name, read-only: %s', (readOnly, actions) => {
    const asked = usesOfTask(
      {
        taskRoleArn: 'arn:aws:iam::0:role/task',
        containerDefinitions: [
          { mountPoints: [{ sourceVolume: 'data', readOnly }, { sourceVolume: 'none' }] },
        ],
        volumes: [
          { name: 'none' },
          {
            name: 'data',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-1',
              authorizationConfig: { accessPointId: 'fsap-2', iam: 'ENABLED' },
            },
          },
        ],
      },
      place,
    );

    expect(asked).toEqual(
      actions.map((action) => ({
        role: 'task',
        action,
        resource: 'arn:aws:elasticfilesystem:r:0:file-system/fs-1',
        context: { 'elasticfilesystem:AccessPointArn': 'arn:aws:elasticfilesystem:r:0:access-point/fsap-2' },
      })),
    );
  });

  it('throws for a collector that does not say where its metrics go', () => {
    const containerDefinitions = [{ environment: [{ name: 'AOT_CONFIG_CONTENT', value: '{}' }] }];

    expect(() => usesOfTask({ containerDefinitions }, place)).toThrow('names no log_group_name');
  });

  it('follows from what a function does: its log', () => {
    const uses = [{ role: 'a', action: 'sns:Publish', resource: 't', context: {}, isAllowed: true }];
    const functions = [
      { roleName: 'a', name: 'fa' },
      { roleName: 'b', name: 'fb' },
    ];

    const asked = functionLogUses(uses, functions, { arnOf: (name) => `group-of-${name}` });

    expect(asked.map(({ role, action }) => [role, action])).toEqual([
      ['a', 'logs:CreateLogStream'],
      ['a', 'logs:PutLogEvents'],
    ]);
    expect(asked[0]?.resource).toContain('group-of-fa:log-stream:');
  });
});
