import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON value in DynamoDB's own types, so that a person reads the item in the console as it is. */
export function toAttribute(value: Json): AttributeValue {
  if (value === null) {
    return { NULL: true };
  }
  if (typeof value === 'boolean') {
    return { BOOL: value };
  }
  if (typeof value === 'number') {
    return { N: String(value) };
  }
  if (typeof value === 'string') {
    return { S: value };
  }
  if (isList(value)) {
    return { L: value.map(toAttribute) };
  }
  return { M: toItem(value) };
}

/** Members of an object as attributes. */
export function toItem(value: { readonly [key: string]: Json }): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toAttribute(member)]));
}

/**
 * The JSON value of an attribute.
 * @throws {TypeError} for types that this system never writes (sets and bytes).
 */
export function fromAttribute(attribute: AttributeValue): Json {
  if (attribute.S !== undefined) {
    return attribute.S;
  }
  if (attribute.N !== undefined) {
    return Number(attribute.N);
  }
  if (attribute.BOOL !== undefined) {
    return attribute.BOOL;
  }
  if (attribute.NULL !== undefined) {
    return null;
  }
  if (attribute.L !== undefined) {
    return attribute.L.map(fromAttribute);
  }
  if (attribute.M !== undefined) {
    return fromItem(attribute.M);
  }
  throw new TypeError(`attribute of type ${Object.keys(attribute).join(', ')} is not written by this system`);
}

/** The object that an item's attributes make. */
export function fromItem(item: Readonly<Record<string, AttributeValue>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(item).map(([key, attribute]) => [key, fromAttribute(attribute)]));
}

/** A value as JSON sees it: members that are `undefined` are left out. */
export function asJson(value: object): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(value));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
