import { ApiError } from '../../api';

/** Remembers client tokens, so that a write that is sent twice takes effect once. */
export class ClientTokens {
  readonly #requests = new Map<string, string>();

  /**
   * Says whether this very request was carried out before. A request without a token never was.
   * @throws ApiError `ConflictException` (409) when the token came with another request.
   */
  isRepeat(token: string | undefined, request: unknown): boolean {
    const earlier = token === undefined ? undefined : this.#requests.get(token);
    if (earlier === undefined) return false;
    if (earlier === JSON.stringify(request)) return true;
    throw new ApiError(
      'ConflictException',
      `client token "${token}" was used with a different request; use a new token for each change`,
      409,
    );
  }

  /** Call once the request has taken effect. */
  remember(token: string | undefined, request: unknown): void {
    if (token !== undefined) this.#requests.set(token, JSON.stringify(request));
  }
}
