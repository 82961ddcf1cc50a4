import { hostname } from 'node:os';

/** Host and port of something this service calls. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** All that comes from outside, read once at start. */
export interface Settings {
  /** Address to listen on. */
  readonly host: string;
  /** Identifies the running task to users; Fargate and Docker set it per task. */
  readonly hostname: string;
  /** Version id as the platform names it. */
  readonly version: string;
  readonly database: Endpoint & { readonly name: string; readonly user: string; readonly password: string };
  readonly cache: Endpoint;
  /** Connections to the database at most. */
  readonly poolSize: number;
  /** Age at which a connection is replaced, so that traffic follows a switch of the backend. */
  readonly connectionLifetimeSeconds: number;
  /** Whether `/status/:code` and `/delay/:seconds` answer. */
  readonly faultEndpoints: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings.
 * @throws Error naming every variable that is missing or malformed.
 */
export function readSettings(env: Environment): Settings {
  const problems: string[] = [];
  const settings: Settings = {
    host: env.HOST ?? '0.0.0.0',
    hostname: env.HOSTNAME ?? hostname(),
    version: env.SERVICE_VERSION ?? 'unknown',
    database: {
      ...endpoint(env, 'YELB_DB_ENDPOINT', problems),
      name: env.DB_NAME ?? 'yelbdatabase',
      user: env.DB_USER ?? 'postgres',
      password: required(env, 'DB_PASSWORD', problems),
    },
    cache: endpoint(env, 'YELB_REDISSERVER_ENDPOINT', problems),
    poolSize: positive(env, 'DB_POOL_SIZE', 8, problems),
    connectionLifetimeSeconds: positive(env, 'CONNECTION_LIFETIME_SECONDS', 10, problems),
    faultEndpoints: env.FAULT_ENDPOINTS === 'on',
  };
  if (problems.length > 0) throw new Error(`environment is not usable: ${problems.join('; ')}`);
  return settings;
}

function required(env: Environment, name: string, problems: string[]): string {
  const value = env[name];
  if (value === undefined || value === '') problems.push(`"${name}" is missing`);
  return value ?? '';
}

function endpoint(env: Environment, name: string, problems: string[]): Endpoint {
  const value = required(env, name, problems);
  const match = /^([^:\s]+):(\d{1,5})$/.exec(value);
  if (value !== '' && match === null) problems.push(`"${name}" is "${value}", expected host:port`);
  return { host: match?.[1] ?? '', port: Number(match?.[2] ?? 0) };
}

function positive(env: Environment, name: string, fallback: number, problems: string[]): number {
  const value = Number(env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1) {
    problems.push(`"${name}" is "${env[name]}", expected a whole number of at least 1`);
  }
  return value;
}
