import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RELEASE_TABLE_KEYS } from '../../../core/config/release-table';
import { CanaryError } from '../../../core/errors';
import type { RolloutEntry, RolloutRecord } from '../../../core/rollout/record';
import { asJson, fromItem, toItem } from './attribute-values';

/** Key of one item. */
export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

/** Attribute that holds the stored object; what conditions look at stands beside it. */
export const BODY = 'body';
/** Sort keys of a service's rollouts begin so; what follows sorts by start. */
export const ROLLOUT_POINTER = 'rollout#';
/** Sort keys of a rollout's history begin so; what follows sorts by time. */
export const ENTRY = 'entry#';
/** Sort keys of a service's built versions begin so; the version's id follows. */
export const VERSION = 'version#';
/** Bytes of JSON in one item. DynamoDB allows 400 KiB; its own encoding needs some of that. */
const MAX_BODY_BYTES = 350_000;

/** The service's lease, who waits, and what is stable. */
export function serviceKey(service: string): ItemKey {
  return { partition: servicePartition(service), sort: 'state' };
}

/** A rollout's record. */
export function rolloutKey(id: string): ItemKey {
  return { partition: rolloutPartition(id), sort: 'record' };
}

/** Names a rollout under its service, so that a service's rollouts can be listed by start without an index. */
export function pointerKey(record: Pick<RolloutRecord, 'service' | 'startedAt' | 'id'>): ItemKey {
  return {
    partition: servicePartition(record.service),
    sort: `${ROLLOUT_POINTER}${record.startedAt}#${record.id}`,
  };
}

/** An attempt to apply an operator's split; its history stands beside it, as a rollout's does. */
export function splitChangeKey(id: string): ItemKey {
  return { partition: rolloutPartition(id), sort: 'split-change' };
}

/** A built version of a service. */
export function versionKey(service: string, version: string): ItemKey {
  return { partition: servicePartition(service), sort: `${VERSION}${version}` };
}

/** One line of a rollout's history: the same kind and time is the same item. */
export function entryKey(rolloutId: string, entry: RolloutEntry): ItemKey {
  return { partition: rolloutPartition(rolloutId), sort: `${ENTRY}${entry.at}#${entry.kind}` };
}

/** Partition of everything about a service. */
export function servicePartition(service: string): string {
  return `service#${service}`;
}

/** Partition of everything about a rollout. */
export function rolloutPartition(id: string): string {
  return `rollout#${id}`;
}

/** The key's attributes. */
export function keyAttributes(key: ItemKey): Record<string, AttributeValue> {
  return { [RELEASE_TABLE_KEYS.partition]: { S: key.partition }, [RELEASE_TABLE_KEYS.sort]: { S: key.sort } };
}

/**
 * An item: key, the body, and numbers that conditions compare.
 * @throws {CanaryError} `AwsCallRefused` when it would exceed what DynamoDB stores in one item.
 */
export function renderItem(
  key: ItemKey,
  body: object,
  numbers: Readonly<Record<string, number>> = {},
): Record<string, AttributeValue> {
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > MAX_BODY_BYTES) {
    throw new CanaryError(
      'AwsCallRefused',
      `item "${key.partition}" / "${key.sort}" has ${bytes} bytes; allowed: ${MAX_BODY_BYTES}; shorten deploy.json, taskdef.json or the number of checks`,
      { ...key, bytes },
    );
  }
  return { ...keyAttributes(key), ...toItem(numbers), [BODY]: { M: toItem(asJson(body)) } };
}

/** The object in an item's body; null when the item has none. */
export function readBody(item: Readonly<Record<string, AttributeValue>> | undefined): unknown {
  const body = item?.[BODY]?.M;
  return body === undefined ? null : fromItem(body);
}
