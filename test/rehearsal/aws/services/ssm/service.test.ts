import * as ssm from '@aws-sdk/client-ssm';
import { SsmService } from '../../../../../rehearsal/aws/services/ssm/service';
import type { Authorizer } from '../../../../../rehearsal/contracts';
import {
  ACCOUNT,
  aClock,
  clientConfig,
  REGION,
  type RunningEndpoint,
  startEndpoint,
} from '../../server/fixtures';

let running: RunningEndpoint;
let client: ssm.SSMClient;
let asked: Parameters<Authorizer>[0][];

beforeEach(async () => {
  asked = [];
  const service = new SsmService({
    clock: aClock(),
    region: REGION,
    account: ACCOUNT,
    changed: () => undefined,
  });
  running = await startEndpoint([service], {
    authorize: (question) => {
      asked.push(question);
      return { allowed: true };
    },
  });
  client = new ssm.SSMClient(clientConfig(running.endpoint, running.principals.accessKeyFor('role')));
});
afterEach(() => running.endpoint.close());

const put = (Name: string, Value = 'v', more: Partial<ssm.PutParameterCommandInput> = {}) =>
  client.send(new ssm.PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = (Name: string, WithDecryption?: boolean) =>
  client.send(new ssm.GetParameterCommand({ Name, WithDecryption }));
const byPath = (Path: string, more: Partial<ssm.GetParametersByPathCommandInput> = {}) =>
  client.send(new ssm.GetParametersByPathCommand({ Path, ...more }));
const names = (parameters: ssm.Parameter[] | undefined) => parameters?.map(({ Name }) => Name);
const arn = (path: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${path}`;

describe('a parameter', () => {
  it('is read back with its version and ARN', async () => {
    expect(await put('/env/a', '1')).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect((await get('/env/a')).Parameter).toEqual({
      Name: '/env/a',
      ARN: arn('env/a'),
      Type: 'String',
      Value: '1',
      Version: 1,
      LastModifiedDate: new Date('2030-01-01T00:00:00Z'),
      DataType: 'text',
    });
    expect((await get(arn('env/a'))).Parameter?.Value).toBe('1');
  });

  it('keeps its versions', async () => {
    await put('/a', '1');
    expect(await put('/a', '2', { Overwrite: true, Type: undefined })).toMatchObject({ Version: 2 });
    expect((await get('/a')).Parameter).toMatchObject({ Value: '2', Version: 2 });
    expect((await get('/a:1')).Parameter).toMatchObject({ Value: '1', Version: 1, Selector: ':1' });
    await expect(get('/a:3')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('shows a secure string only with decryption', async () => {
    await put('/secret', 'hush', { Type: 'SecureString' });
    expect((await get('/secret')).Parameter?.Value).not.toContain('hush');
    expect((await get('/secret', true)).Parameter?.Value).toBe('hush');
  });

  it('is deleted alone or with others', async () => {
    for (const name of ['/a', '/b']) await put(name);
    await client.send(new ssm.DeleteParameterCommand({ Name: '/a' }));
    await expect(get('/a')).rejects.toBeInstanceOf(ssm.ParameterNotFound);
    await expect(client.send(new ssm.DeleteParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect(await client.send(new ssm.DeleteParametersCommand({ Names: ['/a', '/b'] }))).toMatchObject({
      DeletedParameters: ['/b'],
      InvalidParameters: ['/a'],
    });
  });

  it.each<[string, Partial<ssm.PutParameterCommandInput>, string]>([
    ['a name that exists', {}, 'ParameterAlreadyExists'],
    ['another type', { Overwrite: true, Type: 'StringList' }, 'HierarchyTypeMismatchException'],
    ['tags with overwrite', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException'],
    ['no type for a new one', { Name: '/new', Type: undefined }, 'ValidationException'],
    ['an empty value', { Name: '/new', Value: '' }, 'ValidationException'],
    ['a value above 4 KB', { Name: '/new', Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['levels without a leading slash', { Name: 'a/b' }, 'ValidationException'],
    ['a reserved prefix', { Name: '/aws/x' }, 'ValidationException'],
    ['a strange character', { Name: '/a b' }, 'ValidationException'],
    ['sixteen levels', { Name: '/x'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    [
      'a value off its pattern',
      { Name: '/new', AllowedPattern: '^\\d+$' },
      'ParameterPatternMismatchException',
    ],
    ['a pattern that is none', { Name: '/new', AllowedPattern: '(' }, 'InvalidAllowedPatternException'],
  ])('refuses %s', async (_case, more, name) => {
    await put('/there');
    await expect(put('/there', 'v', more)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('is advanced when its value needs it and the tier allows it', async () => {
    expect(await put('/a', 'x'.repeat(5000), { Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    });
    expect(await put('/b', 'x', { Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Standard' });
  });
});

describe('several parameters', () => {
  beforeEach(async () => {
    for (const name of ['/env/a', '/env/b', '/env/deep/c', '/environment', 'plain']) await put(name);
  });

  it('are read by name, with those that are missing named', async () => {
    const answer = await client.send(new ssm.GetParametersCommand({ Names: ['/env/a', '/no', '/env/b:9'] }));
    expect(names(answer.Parameters)).toEqual(['/env/a']);
    expect(answer.InvalidParameters).toEqual(['/no', '/env/b:9']);
    await expect(
      client.send(new ssm.GetParametersCommand({ Names: Array.from({ length: 11 }, (_, i) => `/p${i}`) })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('are read by path, one level or all', async () => {
    expect(names((await byPath('/env')).Parameters)).toEqual(['/env/a', '/env/b']);
    expect(names((await byPath('/env/', { Recursive: true })).Parameters)).toEqual([
      '/env/a',
      '/env/b',
      '/env/deep/c',
    ]);
    expect(names((await byPath('/no')).Parameters)).toEqual([]);
    await expect(byPath('env')).rejects.toMatchObject({ name: 'ValidationException' });
    const ParameterFilters = [{ Key: 'Nonsense', Values: ['x'] }];
    await expect(byPath('/env', { ParameterFilters })).rejects.toMatchObject({ name: 'InvalidFilterKey' });
  });

  it('are read page by page', async () => {
    const pages = [];
    for await (const page of ssm.paginateGetParametersByPath(
      { client, pageSize: 2 },
      { Path: '/', Recursive: true },
    ))
      pages.push(names(page.Parameters));
    expect(pages).toEqual([
      ['/env/a', '/env/b'],
      ['/env/deep/c', '/environment'],
    ]);
    await expect(byPath('/', { NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });

  it.each<[string, ssm.ParameterStringFilter, string[]]>([
    ['a name', { Key: 'Name', Values: ['/env/a'] }, ['/env/a']],
    [
      'the beginning of a name',
      { Key: 'Name', Option: 'BeginsWith', Values: ['/env/'] },
      ['/env/a', '/env/b', '/env/deep/c'],
    ],
    ['a part of a name', { Key: 'Name', Option: 'Contains', Values: ['lain'] }, ['plain']],
    ['a path', { Key: 'Path', Option: 'OneLevel', Values: ['/env/deep'] }, ['/env/deep/c']],
    ['a type', { Key: 'Type', Values: ['SecureString'] }, []],
    ['a tag', { Key: 'tag:team', Values: ['x'] }, ['plain']],
  ])('are described by %s', async (_case, filter, expected) => {
    await client.send(
      new ssm.AddTagsToResourceCommand({
        ResourceType: 'Parameter',
        ResourceId: 'plain',
        Tags: [{ Key: 'team', Value: 'x' }],
      }),
    );
    const { Parameters } = await client.send(
      new ssm.DescribeParametersCommand({ ParameterFilters: [filter] }),
    );
    expect(Parameters?.map(({ Name }) => Name)).toEqual(expected);
  });
});

describe('tags of a parameter', () => {
  const target = { ResourceType: 'Parameter' as const, ResourceId: '/a' };

  it('are set with it, added, removed and listed', async () => {
    await put('/a', 'v', { Tags: [{ Key: 'one', Value: '1' }] });
    await client.send(new ssm.AddTagsToResourceCommand({ ...target, Tags: [{ Key: 'two', Value: '2' }] }));
    await client.send(new ssm.RemoveTagsFromResourceCommand({ ...target, TagKeys: ['one'] }));
    const { TagList } = await client.send(new ssm.ListTagsForResourceCommand(target));
    expect(TagList).toEqual([{ Key: 'two', Value: '2' }]);
  });

  it('fail for another kind of resource and for a missing one', async () => {
    await expect(client.send(new ssm.ListTagsForResourceCommand(target))).rejects.toMatchObject({
      name: 'InvalidResourceId',
    });
    await expect(
      client.send(new ssm.ListTagsForResourceCommand({ ResourceType: 'Document', ResourceId: 'd' })),
    ).rejects.toMatchObject({ name: 'InvalidResourceType' });
  });
});

describe('permissions of Parameter Store', () => {
  it('are asked for as AWS evaluates them', async () => {
    await put('/a', 'v', { Tags: [{ Key: 'k', Value: 'v' }] });
    await get('/a:1');
    await byPath('/a/', { Recursive: true });
    await client.send(new ssm.DescribeParametersCommand({}));
    expect(asked.map(({ action, resources, context }) => [action, resources, context])).toEqual([
      ['ssm:PutParameter', [arn('a')], { 'ssm:Overwrite': 'false', 'aws:RequestTag/k': 'v' }],
      ['ssm:AddTagsToResource', [arn('a')], { 'aws:RequestTag/k': 'v' }],
      ['ssm:GetParameter', [arn('a')], {}],
      ['ssm:GetParametersByPath', [arn('a/')], { 'ssm:Recursive': 'true' }],
      ['ssm:DescribeParameters', ['*'], {}],
    ]);
  });
});
