import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that decide whether it is answered. */
export interface AskedFor {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/**
 * Refuses what other sites could make a browser ask: another Host (DNS rebinding), another origin, anything but
 * reading. Following a link to the page itself is allowed from anywhere, for it tells the other site nothing.
 */
export function refusalOf(request: AskedFor, port: number): Refusal | null {
  const { headers, method } = request;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) {
    return { status: 403, text: `host "${host}" is not served; open http://${hosts[0]}/` };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, text: `method ${method} is not allowed; this page is only read, with GET` };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, text: `requests of origin "${origin}" are not answered; open http://${host}/` };
  }
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  return isOwn || isFollowedLink(request)
    ? null
    : { status: 403, text: `requests of other sites are not answered; open http://${host}/` };
}

function isFollowedLink({ url, headers }: AskedFor): boolean {
  return url === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
