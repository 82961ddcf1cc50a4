import { createHash } from 'node:crypto';

/** Principal of every access key that belongs to no role: the person at the keyboard, who may do everything. */
export const OPERATOR = 'operator';

/**
 * Hands out one access key per role, so that a call's key says which function made it.
 * Keys only name their caller: the endpoint verifies no signature, so a secret means nothing.
 */
export class PrincipalRegistry {
  readonly #roleByKey = new Map<string, string>();

  /** The access key id of a role, the same on every ask; shaped like a temporary AWS key. */
  accessKeyFor(roleName: string): string {
    const digest = createHash('sha256').update(roleName).digest('hex').toUpperCase();
    const key = `ASIA${digest.slice(0, 16)}`;
    this.#roleByKey.set(key, roleName);
    return key;
  }

  /** The role a key was handed to, or `operator`. */
  principalOf(accessKeyId: string): string {
    return this.#roleByKey.get(accessKeyId) ?? OPERATOR;
  }
}
