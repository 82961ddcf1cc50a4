import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { type DynaliteClient, startDynalite } from './dynalite-client';
import { TableSettings } from './table-settings';

/** The DynamoDB API and its way out. */
export interface DynamoDbService extends ApiService {
  /** Ends the engine; its tables are gone. */
  close(): Promise<void>;
}

interface TableInput {
  readonly TableName?: string;
  readonly ResourceArn?: string;
}

interface BatchInput {
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

interface ConditionalInput extends TableInput {
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly Item?: Readonly<Record<string, unknown>>;
}

/** Amazon DynamoDB, by the engine dynalite, in memory. */
export async function createDynamoDbService(context: ApiContext): Promise<DynamoDbService> {
  const engine = await startDynalite();
  const arnOf = (table: string) =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${context.region}:${context.account}:table/${table}`;
  const settings = new TableSettings(engine, arnOf);
  const onTable = (name: string, run: ApiOperation<TableInput>['run']): ApiOperation<TableInput> => ({
    iamAction: `dynamodb:${name}`,
    resources: (input) => [arnOf(input.TableName ?? input.ResourceArn ?? '')],
    run,
  });
  const forward = (name: string) => onTable(name, (input) => engine.call(name, withName(input)));
  const described = (name: string) =>
    onTable(name, async (input) => withArn(await engine.call(name, withName(input)), arnOf));
  const conditional = (name: string) =>
    onTable(name, (input) => writeOnCondition(engine, name, withName(input)));
  const batch = (name: string): ApiOperation<BatchInput> => ({
    iamAction: `dynamodb:${name}`,
    resources: (input) => Object.keys(input.RequestItems ?? {}).map(arnOf),
    run: (input) => engine.call(name, input),
  });
  return {
    signingName: 'dynamodb',
    protocols: [{ kind: 'json', version: '1.0', targetPrefix: 'DynamoDB_20120810' }],
    operations: {
      ListTables: {
        iamAction: 'dynamodb:ListTables',
        resources: () => ['*'],
        run: (input) => engine.call('ListTables', input),
      },
      CreateTable: onTable('CreateTable', async (input) => withArn(await createTable(engine, input), arnOf)),
      DescribeTable: described('DescribeTable'),
      DeleteTable: described('DeleteTable'),
      GetItem: forward('GetItem'),
      Query: forward('Query'),
      Scan: forward('Scan'),
      PutItem: conditional('PutItem'),
      UpdateItem: conditional('UpdateItem'),
      DeleteItem: conditional('DeleteItem'),
      BatchGetItem: batch('BatchGetItem'),
      BatchWriteItem: batch('BatchWriteItem'),
      DescribeTimeToLive: onTable('DescribeTimeToLive', (input) => settings.describeTimeToLive(input)),
      UpdateTimeToLive: onTable('UpdateTimeToLive', (input) => settings.updateTimeToLive(input)),
      DescribeContinuousBackups: onTable('DescribeContinuousBackups', (input) =>
        settings.describeBackups(input),
      ),
      UpdateContinuousBackups: onTable('UpdateContinuousBackups', (input) => settings.updateBackups(input)),
    },
    close: () => engine.close(),
  };
}

/** DynamoDB takes a table's ARN wherever it takes its name; dynalite does not. */
function withName<Input extends TableInput>(input: Input): Input {
  return input.TableName?.startsWith('arn:') ? { ...input, TableName: input.TableName.split('/')[1] } : input;
}

/** dynalite knows an account of its own, and a member that AWS has not. */
function withArn(output: Record<string, unknown>, arnOf: (table: string) => string): unknown {
  const rendered = (described: unknown) => {
    const { TableThroughputModeSummary: _summary, ...table } = described as Record<string, unknown>;
    return { ...table, TableArn: arnOf(String(table.TableName)) };
  };
  return Object.fromEntries(Object.entries(output).map(([member, table]) => [member, rendered(table)]));
}

/** Members of CreateTable that change nothing in memory and that dynalite does not know. */
const IGNORED = new Set([
  'Tags',
  'SSESpecification',
  'TableClass',
  'DeletionProtectionEnabled',
  'StreamSpecification',
  'OnDemandThroughput',
  'WarmThroughput',
]);

function createTable(engine: DynaliteClient, input: object): Promise<Record<string, unknown>> {
  return engine.call(
    'CreateTable',
    Object.fromEntries(Object.entries(input).filter(([name]) => !IGNORED.has(name))),
  );
}

/** dynalite does not return the item that a condition failed on; it is read in the same breath. */
async function writeOnCondition(
  engine: DynaliteClient,
  name: string,
  input: ConditionalInput,
): Promise<unknown> {
  const { ReturnValuesOnConditionCheckFailure: wanted, ...rest } = input;
  try {
    return await engine.call(name, rest);
  } catch (error) {
    const isFailedCondition = error instanceof ApiError && error.code === 'ConditionalCheckFailedException';
    if (!isFailedCondition || wanted !== 'ALL_OLD') throw error;
    const Item = await presentItem(engine, rest);
    throw new ApiError(error.code, error.message, error.status, Item === undefined ? {} : { Item });
  }
}

async function presentItem(engine: DynaliteClient, input: ConditionalInput): Promise<unknown> {
  const Key = input.Key ?? (await keyOf(engine, input));
  const { Item } = await engine.call('GetItem', { TableName: input.TableName, Key, ConsistentRead: true });
  return Item;
}

async function keyOf(engine: DynaliteClient, { TableName, Item = {} }: ConditionalInput): Promise<object> {
  const { Table } = await engine.call('DescribeTable', { TableName });
  const { KeySchema } = Table as { KeySchema: readonly { AttributeName: string }[] };
  return Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, Item[AttributeName]]));
}
