/** Says a number to whoever connects. */
import { createServer } from 'node:net';

const PORT = Number(process.env.PORT);
let count = 0;

const server = createServer((socket) => {
  count += 1;
  socket.on('error', () => undefined);
  socket.end(`count ${count}\n`);
});

server.listen(PORT, process.env.HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
