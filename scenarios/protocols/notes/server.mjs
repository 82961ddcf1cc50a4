/** Speaks HTTP/2 without TLS. */
import { createServer } from 'node:http2';

/** Every how many requests one fails; 0: none. */
const FAIL_EVERY = 0;
let requests = 0;

const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  response.writeHead(FAIL_EVERY > 0 && requests % FAIL_EVERY === 0 ? 500 : 200);
  response.end('a note\n');
});

server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
