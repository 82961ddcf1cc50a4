import { ApiError } from '../api';

/** One page of a listing. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Present when more items follow. */
  readonly nextToken?: string;
}

/** How a service words its limits and its refusal of a token. */
export interface PageRules {
  readonly defaultSize: number;
  readonly maxSize: number;
  /** Error code for a token that this service did not write. */
  readonly tokenError: string;
}

/**
 * Cuts one page out of a listing. The token is the number of items already given: a listing that changes between two
 * pages may show an item twice or miss it, as AWS allows.
 * @throws ApiError with `rules.tokenError` for a token that is not ours.
 */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number | string | undefined,
  rules: PageRules,
): Page<Item> {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(start) || start < 0)
    throw new ApiError(rules.tokenError, `invalid token "${token}"; use the token of the page before`);
  const asked = size === undefined ? rules.defaultSize : Number(size);
  const end = start + (asked > 0 ? Math.min(asked, rules.maxSize) : rules.defaultSize);
  const page = items.slice(start, end);
  if (end >= items.length) return { items: page };
  return { items: page, nextToken: Buffer.from(String(end)).toString('base64url') };
}
