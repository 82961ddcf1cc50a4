import { createAppserver } from './appserver';
import { drainOnSignal } from './drain';
import { createUiServer } from './http-server';
import { log } from './log';
import { LISTEN_PORT } from './port';
import { readSettings } from './settings';

function main(): void {
  const settings = readSettings(process.env);
  const appserver = createAppserver(settings);
  const server = createUiServer(settings, appserver, log);
  server.on('error', (error) =>
    fail(`could not listen on ${settings.host}:${LISTEN_PORT}: ${error.message}`),
  );
  server.listen(LISTEN_PORT, settings.host, () => {
    log(`yelb-ui ${settings.version} listens on ${settings.host}:${LISTEN_PORT}`);
  });
  drainOnSignal(server, log, async () => appserver.close());
}

function fail(message: string): never {
  process.stderr.write(`yelb-ui: ${message}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
