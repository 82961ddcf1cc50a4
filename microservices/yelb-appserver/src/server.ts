import { answer } from './api';
import { drainOnSignal } from './drain';
import { createJsonServer } from './http-server';
import { log } from './log';
import { createValkeyPageViews } from './page-views';
import { LISTEN_PORT } from './port';
import { createPostgresVoteStore } from './postgres-vote-store';
import { readSettings } from './settings';

function main(): void {
  const settings = readSettings(process.env);
  const votes = createPostgresVoteStore(settings, log);
  const pageViews = createValkeyPageViews(settings, log);
  const server = createJsonServer((request) => answer({ settings, votes, pageViews }, request));
  server.on('error', (error) =>
    fail(`could not listen on ${settings.host}:${LISTEN_PORT}: ${error.message}`),
  );
  server.listen(LISTEN_PORT, settings.host, () => {
    log(`yelb-appserver ${settings.version} listens on ${settings.host}:${LISTEN_PORT}`);
  });
  drainOnSignal(server, log, async () => {
    await Promise.all([votes.close(), pageViews.close()]);
  });
}

function fail(message: string): never {
  process.stderr.write(`yelb-appserver: ${message}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
