import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDbClient } from '../../adapters/clients';
import { MemoryStore } from '../../adapters/memory/store';
import { keyAttributes, pointerKey, renderItem } from '../../adapters/store/dynamodb/layout';
import { DynamoDbRolloutStore } from '../../adapters/store/dynamodb/store';
import { RELEASE_TABLE_KEYS } from '../../core/config/release-table';
import { emptyServiceState } from '../../core/rollout/record';
import { aRecord } from './builders';
import { describeRolloutStore } from './rollout-store.contract';

/** An in-memory DynamoDB; it brings no types. */
const dynalite: (options: object) => Server = require('dynalite');

const TABLE = 'demo-releases';
let server: Server;
let client: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  client = createDynamoDbClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'none' },
  });
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function aTable(): Promise<string> {
  tables += 1;
  const name = `${TABLE}-${tables}`;
  const { partition, sort } = RELEASE_TABLE_KEYS;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [partition, sort].map((key) => ({ AttributeName: key, AttributeType: 'S' })),
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 10));
  return name;
}

describeRolloutStore('memory', async () => ({ store: new MemoryStore(), close: async () => undefined }));

describeRolloutStore('dynamodb', async () => ({
  store: new DynamoDbRolloutStore(client, await aTable()),
  close: async () => undefined,
}));

describe('DynamoDB rollout store', () => {
  it('passes over a rollout whose record was never written', async () => {
    const table = await aTable();
    const store = new DynamoDbRolloutStore(client, table);
    const lost = pointerKey({ service: 'web', startedAt: '2026-02-01T00:00:00.000Z', id: 'lost' });
    await client.send(new PutItemCommand({ TableName: table, Item: renderItem(lost, { id: 'lost' }) }));
    await store.saveRollout(aRecord());
    expect((await store.listRollouts('web', 1)).map(({ id }) => id)).toEqual(['rollout-1']);
  });

  it('takes its own write for success when the answer to it was lost', async () => {
    const table = await aTable();
    const state = { ...emptyServiceState('web'), stable: 'abc12345' };
    const before = await new DynamoDbRolloutStore(client, table).saveService(state);
    expect(await new DynamoDbRolloutStore(client, table).saveService(state)).toEqual(before);
  });

  it('refuses an item that DynamoDB could not hold, before the call', async () => {
    const store = new DynamoDbRolloutStore(client, 'no-such-table');
    const huge = { kind: 'note', at: '2026-01-01T00:00:00.000Z', text: 'x'.repeat(400_000) } as const;
    await expect(store.appendEntry('rollout-1', huge)).rejects.toMatchObject({
      code: 'AwsCallRefused',
      message: expect.stringContaining('allowed: 350000'),
    });
  });

  it('refuses for good when the table does not exist', async () => {
    const store = new DynamoDbRolloutStore(client, 'no-such-table');
    await expect(store.loadService('web')).rejects.toMatchObject({
      code: 'AwsCallRefused',
      details: { action: 'dynamodb:GetItem', table: 'no-such-table' },
    });
  });

  it('fails retryably when nobody answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    await new Promise((resolve) => silent.close(resolve));
    const lost = createDynamoDbClient({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'none' },
    });
    const store = new DynamoDbRolloutStore(lost, TABLE);
    await expect(store.loadService('web')).rejects.toMatchObject({ code: 'AwsCallFailed', retryable: true });
    lost.destroy();
  });

  it('writes keys that the console shows as they are', () => {
    expect(keyAttributes(pointerKey(aRecord()))).toEqual({
      pk: { S: 'service#web' },
      sk: { S: 'rollout#2026-01-01T00:00:00.000Z#rollout-1' },
    });
  });
});
