/** A shop of one page. The constants are what scenarios change. */
import { createServer } from 'node:http';

const PORT = Number(process.env.PORT);
/** Every how many requests one fails; 0: none. */
const FAIL_EVERY = 0;
/** Milliseconds before each answer. */
const DELAY_MILLIS = 0;
/** Code to exit with at start; 0: run. */
const EXIT_CODE = 0;

if (EXIT_CODE > 0) {
  process.stderr.write('shop: cannot open /etc/shop/prices.json\n');
  process.exit(EXIT_CODE);
}

let requests = 0;

const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  const isBroken = FAIL_EVERY > 0 && requests % FAIL_EVERY === 0;
  setTimeout(() => {
    response.writeHead(isBroken ? 500 : 200, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ prices: [3, 5, 8], version: process.env.SERVICE_VERSION })}\n`);
  }, DELAY_MILLIS);
});

// Longer than the proxy before it keeps an idle connection.
server.keepAliveTimeout = 620_000;
server.listen(PORT, process.env.HOST);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
