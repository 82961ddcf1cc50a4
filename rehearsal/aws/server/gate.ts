import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../api';

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Who signed a request and for which service, as the SigV4 credential scope says. The signature is not verified. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Keeps web pages out: a browser adds `Origin` to most cross-site requests and `Sec-Fetch-Site` to all of its own, and
 * a rebound DNS name shows in `Host`.
 * @throws ApiError 403.
 */
export function refuseBrowsers(headers: IncomingHttpHeaders): void {
  if (headers['sec-fetch-site'] !== undefined)
    throw new ApiError(
      'AccessDeniedException',
      `requests of browsers are refused (Sec-Fetch-Site "${headers['sec-fetch-site']}"); use an AWS client`,
      403,
    );
  if (headers.origin !== undefined)
    throw new ApiError(
      'AccessDeniedException',
      `requests from web pages are refused (Origin "${headers.origin}"); use an AWS client`,
      403,
    );
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!LOCAL_HOSTS.has(host))
    throw new ApiError(
      'AccessDeniedException',
      `Host "${headers.host ?? ''}" is refused; call 127.0.0.1, localhost or [::1]`,
      403,
    );
}

/**
 * Reads `Authorization: AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …`.
 * @throws ApiError `MissingAuthenticationTokenException` (403) without one, `IncompleteSignatureException` when unreadable.
 */
export function readCredentialScope(headers: IncomingHttpHeaders): CredentialScope {
  const authorization = headers.authorization;
  if (authorization === undefined)
    throw new ApiError(
      'MissingAuthenticationTokenException',
      'the request is not signed; set any AWS access key and secret in the client (they are not checked)',
      403,
    );
  const scope = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request/.exec(
    authorization,
  );
  if (!scope?.[1] || !scope[2])
    throw new ApiError(
      'IncompleteSignatureException',
      'Authorization has no credential scope; expected AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request',
      403,
    );
  return { accessKeyId: scope[1], service: scope[2] };
}
