import type { RateLimit } from './rate-limit';

interface Bucket {
  readonly limit: RateLimit;
  tokens: number;
  /** When `tokens` was right; milliseconds. */
  filledAt: number;
}

/** Token buckets, as AWS keeps them for one account in one region. A call that finds none is throttled. */
export class RateLimiter {
  private readonly buckets: readonly Bucket[];
  private readonly bucketOf = new Map<string, Bucket | undefined>();

  /**
   * @param now Milliseconds; virtual in a rehearsal.
   * @throws {RangeError} for a bucket that could never give a token.
   */
  constructor(
    limits: readonly RateLimit[],
    private readonly now: () => number,
  ) {
    for (const { name, burst, perSecond } of limits) {
      if (!(burst >= 1 && perSecond > 0)) {
        throw new RangeError(
          `rate limit "${name}" has burst ${burst} and ${perSecond} calls per second: allowed are a burst from 1 and a rate above 0`,
        );
      }
    }
    this.buckets = limits.map((limit) => ({ limit, tokens: limit.burst, filledAt: now() }));
  }

  /** Takes a token for a call. False when there is none: the call is to be throttled. Actions without a limit always pass. */
  admit(action: string): boolean {
    const bucket = this.find(action);
    if (bucket === undefined) {
      return true;
    }
    const at = this.now();
    const { burst, perSecond } = bucket.limit;
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = at;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens -= 1;
    return true;
  }

  private find(action: string): Bucket | undefined {
    if (!this.bucketOf.has(action)) {
      this.bucketOf.set(
        action,
        this.buckets.find(({ limit }) => isOf(limit, action)),
      );
    }
    return this.bucketOf.get(action);
  }
}

/** Whether calls of an IAM action take their tokens from this limit's bucket. */
export function isOf(limit: RateLimit, action: string): boolean {
  return limit.actions.some((pattern) =>
    pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern,
  );
}
