import { ApiError } from '../../api';

/** Where a page begins. @throws ApiError `InvalidNextToken` for a token that is not ours. */
export function pageStart(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (Number.isInteger(start) && start > 0) return start;
  throw new ApiError(
    'InvalidNextToken',
    `NextToken "${token}" is not valid; use the token of the page before`,
  );
}

/** The token of the page that begins at `start`. */
export function pageToken(start: number): string {
  return Buffer.from(String(start)).toString('base64url');
}
