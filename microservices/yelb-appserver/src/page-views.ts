import { createClient } from '@redis/client';
import type { Settings } from './settings';

/** The counter of page views. */
export interface PageViews {
  /** Counts one view and answers the new total. */
  increment(): Promise<number>;
  /** Resolves when the cache answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const KEY = 'pageviews';
const TIMEOUT_MILLIS = 3000;

/** Page views in Valkey (or Redis), over one connection that is replaced when it has reached its age. */
export function createValkeyPageViews(settings: Settings, log: (message: string) => void): PageViews {
  let client = openClient(settings, log);
  // Commands wait for the connection, so the service may start before its cache does.
  client.connect().catch((error: Error) => log(`cache connection failed: ${error.message}`));
  const replacement = setInterval(() => {
    const old = client;
    const fresh = openClient(settings, log);
    fresh
      .connect()
      .then(() => {
        client = fresh;
        return old.close();
      })
      .catch((error: Error) => {
        log(`cache connection was not replaced: ${error.message}`);
        if (client !== fresh) fresh.destroy();
      });
  }, settings.connectionLifetimeSeconds * 1000);
  replacement.unref();

  return {
    increment: () => withinTimeout(client.incr(KEY)),
    check: async () => void (await withinTimeout(client.ping())),
    close: async () => {
      clearInterval(replacement);
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}

function openClient(settings: Settings, log: (message: string) => void) {
  const client = createClient({
    socket: {
      host: settings.cache.host,
      port: settings.cache.port,
      connectTimeout: TIMEOUT_MILLIS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000),
    },
    commandsQueueMaxLength: 1000,
    disableClientInfo: true,
  });
  client.on('error', (error: Error) => log(`cache connection: ${error.message || error.name}`));
  return client;
}

async function withinTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`cache did not answer in ${TIMEOUT_MILLIS} ms`)),
      TIMEOUT_MILLIS,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
