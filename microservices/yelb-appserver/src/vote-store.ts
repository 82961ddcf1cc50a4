import type { Restaurant } from './restaurants';

/** One restaurant's votes. */
export interface VoteCount {
  readonly name: Restaurant;
  readonly value: number;
}

/** Where votes are kept. */
export interface VoteStore {
  /** All counts, in the order of `RESTAURANTS`. */
  counts(): Promise<readonly VoteCount[]>;
  /**
   * Counts one vote. The same key again changes nothing and answers the same count.
   * @throws KeyReusedError when the key belongs to a vote for another restaurant.
   */
  vote(restaurant: Restaurant, key: string): Promise<number>;
  /** Resolves when the store answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** An idempotency key that was used for another restaurant before. */
export class KeyReusedError extends Error {
  constructor(key: string, restaurant: string) {
    super(`idempotency key "${key}" belongs to a vote for "${restaurant}"; send a new key with a new vote`);
    this.name = 'KeyReusedError';
  }
}
