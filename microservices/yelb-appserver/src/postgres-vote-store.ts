import pg from 'pg';
import { RESTAURANTS, type Restaurant } from './restaurants';
import type { Settings } from './settings';
import { KeyReusedError, type VoteCount, type VoteStore } from './vote-store';
import { VOTE_INCREMENT } from './votes';

const CLAIM_KEY = 'INSERT INTO vote_keys (key, restaurant) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING';
const COUNT_VOTE = `WITH voted AS (UPDATE restaurants SET count = count + $3 WHERE name = $2 RETURNING count)
  UPDATE vote_keys SET count = voted.count FROM voted WHERE key = $1 RETURNING vote_keys.count`;
const EARLIER_VOTE = 'SELECT restaurant, count FROM vote_keys WHERE key = $1';

/** Errors after which a new connection may well succeed: the server went away or is going. */
const LOST_CONNECTION = /terminat|not queryable|ECONNRESET|EPIPE|ECONNREFUSED|^57P0|^08/;

/** Milliseconds after which a lost connection is not tried again. */
const RETRY_MILLIS = 2000;

/** Votes in PostgreSQL; the schema comes from yelb-db. */
export function createPostgresVoteStore(settings: Settings, log: (message: string) => void): VoteStore {
  const { host, port, name, user, password } = settings.database;
  const pool = new pg.Pool({
    host,
    port,
    database: name,
    user,
    password,
    max: settings.poolSize,
    maxLifetimeSeconds: settings.connectionLifetimeSeconds,
    connectionTimeoutMillis: 3000,
    query_timeout: 5000,
    application_name: `yelb-appserver-${settings.version}`,
  });
  // Without listeners, a connection that ends while idle, or between two queries, would end the process.
  pool.on('error', (error) => log(`idle database connection ended: ${error.message}`));
  pool.on('connect', (client) => client.on('error', () => {}));

  return {
    counts: () => retryLostConnection(() => readCounts(pool)),
    vote: (restaurant, key) => retryLostConnection(() => inTransaction(pool, castVote(restaurant, key))),
    check: async () => void (await pool.query('SELECT 1 FROM restaurants LIMIT 1')),
    close: () => pool.end(),
  };
}

async function readCounts(pool: pg.Pool): Promise<readonly VoteCount[]> {
  const { rows } = await pool.query<{ name: string; count: number }>('SELECT name, count FROM restaurants');
  const counts = new Map(rows.map((row) => [row.name, row.count]));
  return RESTAURANTS.map((name) => ({ name, value: counts.get(name) ?? 0 }));
}

function castVote(restaurant: Restaurant, key: string) {
  return async (client: pg.PoolClient): Promise<number> => {
    const claimed = await client.query(CLAIM_KEY, [key, restaurant]);
    if (claimed.rowCount === 1) {
      const counted = await client.query<{ count: number }>(COUNT_VOTE, [key, restaurant, VOTE_INCREMENT]);
      const row = counted.rows[0];
      if (row === undefined) throw new Error(`restaurant "${restaurant}" is not in the database`);
      return row.count;
    }
    const earlier = (await client.query<{ restaurant: string; count: number }>(EARLIER_VOTE, [key])).rows[0];
    if (earlier === undefined) throw new Error(`idempotency key "${key}" vanished`);
    if (earlier.restaurant !== restaurant) throw new KeyReusedError(key, earlier.restaurant);
    return earlier.count;
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error instanceof KeyReusedError ? undefined : asError(error);
    await client.query('ROLLBACK').catch((lost: unknown) => {
      failure = asError(lost);
    });
    throw error;
  } finally {
    client.release(failure);
  }
}

/**
 * Every call here may be repeated: reads by nature, votes by their key. A database that is away for longer, as while it
 * is released, is the caller's to wait for: it gets its answer soon, and this process does not fill up.
 */
async function retryLostConnection<T>(
  attempt: () => Promise<T>,
  attemptsLeft = 5,
  startedAt = performance.now(),
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const { message, code } = asError(error) as Error & { code?: string };
    const isLost = LOST_CONNECTION.test(code ?? '') || LOST_CONNECTION.test(message);
    const isOver = attemptsLeft <= 1 || performance.now() - startedAt > RETRY_MILLIS;
    if (!isLost || isOver) throw error;
    return retryLostConnection(attempt, attemptsLeft - 1, startedAt);
  }
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
