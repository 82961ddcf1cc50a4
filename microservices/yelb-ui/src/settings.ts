import { hostname } from 'node:os';

/** All that comes from outside, read once at start. */
export interface Settings {
  /** Address to listen on. */
  readonly host: string;
  readonly hostname: string;
  /** Version id as the platform names it. */
  readonly version: string;
  readonly appserver: { readonly host: string; readonly port: number };
}

/**
 * Reads the settings.
 * @throws Error when YELB_APPSERVER_ENDPOINT is missing or malformed.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const endpoint = env.YELB_APPSERVER_ENDPOINT;
  const match = /^([^:\s]+):(\d{1,5})$/.exec(endpoint ?? '');
  if (match === null) {
    throw new Error(`"YELB_APPSERVER_ENDPOINT" is ${JSON.stringify(endpoint)}, expected host:port`);
  }
  return {
    host: env.HOST ?? '0.0.0.0',
    hostname: env.HOSTNAME ?? hostname(),
    version: env.SERVICE_VERSION ?? 'unknown',
    appserver: { host: match[1] ?? '', port: Number(match[2]) },
  };
}
