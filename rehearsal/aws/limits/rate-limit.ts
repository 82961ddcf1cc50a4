/** One token bucket of AWS: calls of these actions, of one account in one region, share it. */
export interface RateLimit {
  /** Such as `ECS task definition modify`. */
  readonly name: string;
  /** IAM actions, such as `ecs:RegisterTaskDefinition`; `*` at the end stands for anything. */
  readonly actions: readonly string[];
  /** Calls that a full bucket allows at once. */
  readonly burst: number;
  /** Calls that it regains per second. */
  readonly perSecond: number;
  /** Page or file that the two numbers come from. */
  readonly source: string;
  /** `published`: AWS's page says so. `observed`: AWS publishes none; the source says what its callers keep to. */
  readonly basis: 'published' | 'observed';
}
