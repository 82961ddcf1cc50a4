/** One version of something in a resource: an object of a bucket, an image of a registry. */
export interface StoredVersion {
  readonly id: string;
  /** Null for a delete marker. */
  readonly bytes: Uint8Array | null;
}

/** One resource of the account that CloudFormation made, or that was there before. */
export interface AccountResource {
  readonly type: string;
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** Null for kinds that have none, such as a role's policy. */
  readonly arn: string | null;
  tags: Readonly<Record<string, string>>;
  /** Resolved. */
  properties: Readonly<Record<string, unknown>>;
  /** The stack that it belongs to; null for what no stack holds (any more). */
  owner: { readonly stack: string; readonly logicalId: string } | null;
  /** What is in it, by name, oldest version first: objects, images, branches. */
  readonly content: Map<string, StoredVersion[]>;
}

/** What is needed to note a resource down. */
export type NewResource = Pick<AccountResource, 'type' | 'physicalId' | 'arn'> &
  Partial<Pick<AccountResource, 'tags' | 'properties' | 'owner'>>;

/** Every resource of the account that is not a matter of one service alone. */
export class AccountResources {
  readonly #byId = new Map<string, AccountResource>();

  all(): readonly AccountResource[] {
    return [...this.#byId.values()];
  }

  ofType(type: string): readonly AccountResource[] {
    return this.all().filter((resource) => resource.type === type);
  }

  find(type: string, physicalId: string): AccountResource | undefined {
    return this.#byId.get(keyOf(type, physicalId));
  }

  /** Adds a resource, or takes the place of the one of that id. */
  add(given: NewResource): AccountResource {
    const resource: AccountResource = {
      tags: {},
      properties: {},
      owner: null,
      content: this.find(given.type, given.physicalId)?.content ?? new Map(),
      ...given,
    };
    this.#byId.set(keyOf(given.type, given.physicalId), resource);
    return resource;
  }

  remove(type: string, physicalId: string): void {
    this.#byId.delete(keyOf(type, physicalId));
  }
}

function keyOf(type: string, physicalId: string): string {
  return `${type} ${physicalId}`;
}
