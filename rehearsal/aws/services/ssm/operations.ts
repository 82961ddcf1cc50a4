import { ApiError, type ApiOperation } from '../../api';
import { textOf } from '../../server/validation';
import { pageOf } from '../paging';
import { checkFilters, isUnder, passesFilters } from './filters';
import { inputs, parse, type StringFilter } from './inputs';
import { checkWrite, tierOf } from './put-rules';
import {
  ciphertext,
  type FoundVersion,
  findVersion,
  type ParameterStore,
  type StoredParameter,
  splitReference,
} from './store';

type Input = Record<string, unknown>;

/** The operations on parameters; IAM evaluates the parameter's or the path's ARN, without a version selector. */
export function parameterOperations(store: ParameterStore): Record<string, ApiOperation> {
  const arnOf = (reference: unknown) => store.arn(splitReference(textOf(reference)).name);
  const arnsOf = (references: unknown) => (Array.isArray(references) ? references.map(arnOf) : ['*']);
  const on = (
    name: string,
    resources: ApiOperation['resources'],
    run: ApiOperation['run'],
    more: Partial<ApiOperation> = {},
  ): ApiOperation => ({ iamAction: `ssm:${name}`, resources, run, ...more });
  const byName = (input: Input) => [arnOf(input.Name)];
  const byNames = (input: Input) => arnsOf(input.Names);
  return {
    PutParameter: on('PutParameter', byName, (input) => put(store, input), {
      context: ({ Overwrite, Tags }) => ({
        'ssm:Overwrite': textOf(Overwrite ?? false),
        ...requestTags(Tags),
      }),
      alsoNeeds: ({ Name, Tags }) =>
        Array.isArray(Tags) && Tags.length > 0
          ? [{ action: 'ssm:AddTagsToResource', resources: [arnOf(Name)], context: requestTags(Tags) }]
          : [],
    }),
    GetParameter: on('GetParameter', byName, (input) => {
      const { Name, WithDecryption } = parse(inputs.GetParameter, input);
      return { Parameter: view(findVersion(store, Name), WithDecryption) };
    }),
    GetParameters: on('GetParameters', byNames, (input) => getSeveral(store, input)),
    GetParametersByPath: on(
      'GetParametersByPath',
      (input) => [store.arn(textOf(input.Path))],
      (input) => getByPath(store, input),
      { context: ({ Recursive }) => ({ 'ssm:Recursive': textOf(Recursive ?? false) }) },
    ),
    DeleteParameter: on('DeleteParameter', byName, (input) => {
      const { Name } = parse(inputs.DeleteParameter, input);
      if (!store.remove(Name)) throw new ApiError('ParameterNotFound', `there is no parameter "${Name}"`);
      return {};
    }),
    DeleteParameters: on('DeleteParameters', byNames, (input) => {
      const { Names } = parse(inputs.DeleteParameters, input);
      const DeletedParameters = Names.filter((name) => store.remove(name));
      return {
        DeletedParameters,
        InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
      };
    }),
    DescribeParameters: on(
      'DescribeParameters',
      () => ['*'],
      (input) => describeAll(store, input),
    ),
  };
}

function put(store: ParameterStore, input: Input): unknown {
  const write = parse(inputs.PutParameter, input);
  const existing = store.find(write.Name);
  checkWrite(write, existing);
  const before = existing?.versions.at(-1);
  const type = write.Type ?? before?.type ?? 'String';
  const { version, tier } = store.put(write.Name, {
    type,
    value: write.Value,
    tier: tierOf(write),
    dataType: write.DataType ?? 'text',
    description: write.Description ?? before?.description,
    allowedPattern: write.AllowedPattern,
    keyId: type === 'SecureString' ? (write.KeyId ?? 'alias/aws/ssm') : undefined,
  });
  for (const { Key, Value } of write.Tags ?? []) store.find(write.Name)?.tags.set(Key, Value);
  return { Version: version, Tier: tier };
}

function getSeveral(store: ParameterStore, input: Input): unknown {
  const { Names, WithDecryption } = parse(inputs.GetParameters, input);
  const found: unknown[] = [];
  const missing: string[] = [];
  for (const name of Names) {
    try {
      found.push(view(findVersion(store, name), WithDecryption));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      missing.push(name);
    }
  }
  return { Parameters: found, InvalidParameters: missing };
}

function getByPath(store: ParameterStore, input: Input): unknown {
  const query = parse(inputs.GetParametersByPath, input);
  checkFilters(query.ParameterFilters);
  const inPath = store
    .all()
    .filter(({ name }) => isUnder(name, query.Path, query.Recursive ?? false))
    .filter((parameter) => passesFilters(parameter, query.ParameterFilters));
  const page = pageOf(inPath, query.NextToken, query.MaxResults, pages(10));
  return {
    Parameters: page.items.map(({ name }) => view(findVersion(store, name), query.WithDecryption)),
    NextToken: page.nextToken,
  };
}

function describeAll(store: ParameterStore, input: Input): unknown {
  const { Filters, ParameterFilters, NextToken, MaxResults } = parse(inputs.DescribeParameters, input);
  const older: StringFilter[] = (Filters ?? []).map(({ Key, Values }) => ({ Key, Values }));
  const filters = [...older, ...(ParameterFilters ?? [])];
  checkFilters(filters);
  const wanted = store.all().filter((parameter) => passesFilters(parameter, filters));
  const page = pageOf(wanted, NextToken, MaxResults, pages(50));
  return { Parameters: page.items.map((each) => describe(store, each)), NextToken: page.nextToken };
}

function pages(size: number) {
  return { defaultSize: size, maxSize: size, tokenError: 'InvalidNextToken' };
}

function view({ parameter, version, selector }: FoundVersion, isDecrypted = false): unknown {
  const { type, value } = version;
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: type,
    Value: type === 'SecureString' && !isDecrypted ? ciphertext(value) : value,
    Version: version.version,
    Selector: selector,
    LastModifiedDate: version.modifiedAt,
    DataType: version.dataType,
  };
}

function describe(store: ParameterStore, { name, arn, versions }: StoredParameter): unknown {
  const latest = versions.at(-1);
  return {
    Name: name,
    ARN: arn,
    Type: latest?.type,
    KeyId: latest?.keyId,
    LastModifiedDate: latest?.modifiedAt,
    LastModifiedUser: `arn:aws:iam::${store.context.account}:root`,
    Description: latest?.description,
    AllowedPattern: latest?.allowedPattern,
    Version: latest?.version,
    Tier: latest?.tier,
    Policies: [],
    DataType: latest?.dataType,
  };
}

function requestTags(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${textOf(tag?.Key)}`, textOf(tag?.Value)]));
}
