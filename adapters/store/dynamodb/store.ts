import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RELEASE_TABLE_KEYS } from '../../../core/config/release-table';
import { CanaryError } from '../../../core/errors';
import { type BuiltVersion, newestVersions } from '../../../core/manual-split/built-version';
import type { SplitChange } from '../../../core/manual-split/split-change';
import type { RolloutStore } from '../../../core/ports/rollout-store';
import {
  emptyServiceState,
  type RolloutEntry,
  type RolloutRecord,
  type ServiceState,
} from '../../../core/rollout/record';
import { type AwsCall, callAws, isAwsError } from '../../aws-errors';
import { asJson } from './attribute-values';
import {
  BODY,
  ENTRY,
  entryKey,
  type ItemKey,
  keyAttributes,
  pointerKey,
  ROLLOUT_POINTER,
  readBody,
  renderItem,
  rolloutKey,
  rolloutPartition,
  serviceKey,
  servicePartition,
  splitChangeKey,
  VERSION,
  versionKey,
} from './layout';

type Item = Record<string, AttributeValue>;
type Fenced = { readonly id: string; readonly service: string; readonly fence: number };
type Condition = { readonly expression: string; readonly values?: Item };

/** The release table in DynamoDB. Every read is strongly consistent, every write that could race is conditional. */
export class DynamoDbRolloutStore implements RolloutStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async loadService(service: string): Promise<ServiceState> {
    const found = await this.get(serviceKey(service));
    return found === null ? emptyServiceState(service) : (found as ServiceState);
  }

  async saveService(state: ServiceState): Promise<ServiceState> {
    const next: ServiceState = { ...state, revision: state.revision + 1 };
    const key = serviceKey(state.service);
    const condition =
      state.revision === 0
        ? { expression: `attribute_not_exists(${RELEASE_TABLE_KEYS.partition})` }
        : { expression: 'revision = :expected', values: { ':expected': { N: String(state.revision) } } };
    const written = await this.put(key, renderItem(key, next, { revision: next.revision }), condition);
    if (!written && !(await this.isStored(key, next))) {
      throw new CanaryError(
        'StoreConflict',
        `state of service "${state.service}" was not written: revision ${state.revision} is no longer the stored one; load it and decide again`,
        { service: state.service, revision: state.revision },
      );
    }
    return next;
  }

  async loadRollout(id: string): Promise<RolloutRecord | null> {
    return (await this.get(rolloutKey(id))) as RolloutRecord | null;
  }

  async saveRollout(record: RolloutRecord): Promise<void> {
    const pointer = pointerKey(record);
    // The pointer goes first: one that points to nothing yet is passed over, a record without one would be lost.
    await this.put(pointer, renderItem(pointer, { id: record.id }));
    await this.putFenced(rolloutKey(record.id), record);
  }

  async fenceRollout(id: string, fence: number): Promise<RolloutRecord | null> {
    return (await this.raiseFence(rolloutKey(id), fence)) as RolloutRecord | null;
  }

  async loadSplitChange(id: string): Promise<SplitChange | null> {
    return (await this.get(splitChangeKey(id))) as SplitChange | null;
  }

  async saveSplitChange(change: SplitChange): Promise<void> {
    await this.putFenced(splitChangeKey(change.id), change);
  }

  async fenceSplitChange(id: string, fence: number): Promise<SplitChange | null> {
    return (await this.raiseFence(splitChangeKey(id), fence)) as SplitChange | null;
  }

  /** Writes a record unless the stored one carries a higher fence. */
  private async putFenced(key: ItemKey, record: Fenced): Promise<void> {
    const partition = RELEASE_TABLE_KEYS.partition;
    const written = await this.put(key, renderItem(key, record, { fence: record.fence }), {
      expression: `attribute_not_exists(${partition}) OR fence <= :fence`,
      values: { ':fence': { N: String(record.fence) } },
    });
    if (!written) {
      throw lowerFence(record);
    }
  }

  /** The body with its new fence; null when there is no such item. */
  private async raiseFence(key: ItemKey, fence: number): Promise<unknown> {
    const raised = await this.conditionally(this.call('UpdateItem', key), () =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: keyAttributes(key),
          UpdateExpression: `SET fence = :fence, ${BODY}.fence = :fence`,
          ConditionExpression: `attribute_exists(${RELEASE_TABLE_KEYS.partition}) AND fence <= :fence`,
          ExpressionAttributeValues: { ':fence': { N: String(fence) } },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    if (raised !== null) {
      return readBody(raised.Attributes);
    }
    const stored = (await this.get(key)) as Fenced | null;
    if (stored !== null) {
      throw lowerFence({ ...stored, fence });
    }
    return null;
  }

  async saveVersion(version: BuiltVersion): Promise<void> {
    const key = versionKey(version.service, version.version);
    await this.put(key, renderItem(key, version));
  }

  async loadVersion(service: string, version: string): Promise<BuiltVersion | null> {
    return (await this.get(versionKey(service, version))) as BuiltVersion | null;
  }

  async listVersions(service: string, limit: number): Promise<readonly BuiltVersion[]> {
    const versions: BuiltVersion[] = [];
    for await (const item of this.query(servicePartition(service), VERSION, 'oldest first')) {
      versions.push(readBody(item) as BuiltVersion);
    }
    return newestVersions(versions, limit);
  }

  async appendEntry(rolloutId: string, entry: RolloutEntry): Promise<void> {
    const key = entryKey(rolloutId, entry);
    await this.put(key, renderItem(key, entry));
  }

  async listEntries(rolloutId: string): Promise<readonly RolloutEntry[]> {
    const entries: RolloutEntry[] = [];
    for await (const item of this.query(rolloutPartition(rolloutId), ENTRY, 'oldest first')) {
      entries.push(readBody(item) as RolloutEntry);
    }
    return entries;
  }

  async listRollouts(service: string, limit: number): Promise<readonly RolloutRecord[]> {
    const records: RolloutRecord[] = [];
    if (limit <= 0) {
      return records;
    }
    for await (const item of this.query(servicePartition(service), ROLLOUT_POINTER, 'newest first')) {
      const record = await this.loadRollout((readBody(item) as { id: string }).id);
      if (record !== null) {
        records.push(record);
      }
      if (records.length >= limit) {
        break;
      }
    }
    return records;
  }

  private async get(key: ItemKey): Promise<unknown> {
    const { Item: item } = await callAws(this.call('GetItem', key), () =>
      this.client.send(
        new GetItemCommand({ TableName: this.table, Key: keyAttributes(key), ConsistentRead: true }),
      ),
    );
    return readBody(item);
  }

  /** False when the condition did not hold. */
  private async put(key: ItemKey, item: Item, condition?: Condition): Promise<boolean> {
    const written = await this.conditionally(this.call('PutItem', key), () =>
      this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: item,
          ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
          ...(condition?.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
        }),
      ),
    );
    return written !== null;
  }

  /** The answer; null when the write's condition did not hold. */
  private conditionally<Answer>(call: AwsCall, send: () => Promise<Answer>): Promise<Answer | null> {
    return callAws(call, () =>
      send().catch((error: unknown) => {
        if (isAwsError(error, 'ConditionalCheckFailedException')) {
          return null;
        }
        throw error;
      }),
    );
  }

  /** A write whose answer was lost is repeated by the SDK, and then its own first success stands in its way. */
  private async isStored(key: ItemKey, wanted: object): Promise<boolean> {
    return isDeepStrictEqual(await this.get(key), asJson(wanted));
  }

  private async *query(
    partition: string,
    prefix: string,
    order: 'oldest first' | 'newest first',
  ): AsyncGenerator<Item> {
    let from: Item | undefined;
    do {
      const page = await callAws(this.call('Query', { partition, sort: `${prefix}*` }), () =>
        this.client.send(
          new QueryCommand({
            TableName: this.table,
            KeyConditionExpression: '#partition = :partition AND begins_with(#sort, :prefix)',
            ExpressionAttributeNames: {
              '#partition': RELEASE_TABLE_KEYS.partition,
              '#sort': RELEASE_TABLE_KEYS.sort,
            },
            ExpressionAttributeValues: { ':partition': { S: partition }, ':prefix': { S: prefix } },
            ConsistentRead: true,
            ScanIndexForward: order === 'oldest first',
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        ),
      );
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  private call(operation: string, key: ItemKey): AwsCall {
    return {
      action: `dynamodb:${operation}`,
      on: { table: this.table, partition: key.partition, sort: key.sort },
    };
  }
}

function lowerFence({ id, service, fence }: Fenced): CanaryError {
  return new CanaryError(
    'LeaseLost',
    `record of rollout "${id}" was not written: fence ${fence} is lower than the stored one; another rollout holds service "${service}", so stop`,
    { rollout: id, service, fence },
  );
}
