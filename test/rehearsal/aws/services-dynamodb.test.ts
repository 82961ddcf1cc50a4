import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  createDynamoDbService,
  type DynamoDbService,
} from '../../../rehearsal/aws/services/dynamodb/service';
import { aContext, serve } from './services-fixtures';

let service: DynamoDbService;
let served: Awaited<ReturnType<typeof serve>>;
let client: DynamoDBClient;

beforeEach(async () => {
  const context = aContext();
  service = await createDynamoDbService(context);
  served = await serve(context, [service]);
  client = new DynamoDBClient(served.config);
  await client.send(
    new CreateTableCommand({
      TableName: 'releases',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      SSESpecification: { Enabled: true },
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  );
});

afterEach(async () => {
  client.destroy();
  await served.endpoint.close();
  await service.close();
});

const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
const put = (sk: string, n: number, ConditionExpression?: string) =>
  client.send(
    new PutItemCommand({
      TableName: 'releases',
      Item: { ...key(sk), n: { N: String(n) } },
      ConditionExpression,
      ReturnValuesOnConditionCheckFailure: ConditionExpression === undefined ? undefined : 'ALL_OLD',
    }),
  );

describe('the DynamoDB service', () => {
  it('has a table active at once, under an ARN of the rehearsed account', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'releases' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/releases',
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['releases']);
    await client.send(new DeleteTableCommand({ TableName: 'releases' }));
    await expect(client.send(new DescribeTableCommand({ TableName: 'releases' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('stores, reads, updates, queries, scans and deletes items', async () => {
    await put('a', 1);
    await put('b', 2);
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: 'releases',
        Key: key('a'),
        UpdateExpression: 'SET n = n + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes?.n).toEqual({ N: '2' });
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'releases', Key: key('a'), ConsistentRead: true }),
    );
    expect(Item).toEqual({ ...key('a'), n: { N: '2' } });
    const query = await client.send(
      new QueryCommand({
        TableName: 'releases',
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        ExpressionAttributeValues: { ':p': { S: 'p' }, ':s': { S: 'b' } },
      }),
    );
    expect(query.Items).toHaveLength(1);
    await client.send(new DeleteItemCommand({ TableName: 'releases', Key: key('b') }));
    expect((await client.send(new ScanCommand({ TableName: 'releases' }))).Count).toBe(1);
  });

  it('writes and reads in batches', async () => {
    const requests = ['a', 'b'].map((sk) => ({ PutRequest: { Item: key(sk) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { releases: requests } }));
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { releases: { Keys: [key('a'), key('b')] } } }),
    );
    expect(Responses?.releases).toHaveLength(2);
  });

  it('fails a write whose condition does not hold, and returns the present item when asked', async () => {
    await put('a', 1, 'attribute_not_exists(pk)');
    await expect(put('a', 2, 'attribute_not_exists(pk)')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { n: { N: '1' } },
    });
  });

  it('refuses what DynamoDB refuses', async () => {
    await expect(
      client.send(new PutItemCommand({ TableName: 'releases', Item: { pk: { S: 'p' } } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('remembers time to live and describes backups', async () => {
    const ttl = () => client.send(new DescribeTimeToLiveCommand({ TableName: 'releases' }));
    expect((await ttl()).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: 'releases',
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      }),
    );
    expect((await ttl()).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName: 'releases' }));
    expect(backups.ContinuousBackupsDescription?.ContinuousBackupsStatus).toBe('ENABLED');
    await expect(client.send(new DescribeTimeToLiveCommand({ TableName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
