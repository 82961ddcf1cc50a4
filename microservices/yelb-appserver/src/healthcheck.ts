import { get } from 'node:http';
import { LISTEN_PORT } from './port';

/** Container health check: asks the server of this container whether it is alive; exit code 0 says yes. */
const host =
  process.env.HOST === undefined || process.env.HOST === '0.0.0.0' ? '127.0.0.1' : process.env.HOST;

const request = get({ host, port: LISTEN_PORT, path: '/healthz/live', timeout: 3000 }, (response) => {
  response.resume();
  if (response.statusCode !== 200) unhealthy(`answered ${response.statusCode}`);
});
request.on('timeout', () => request.destroy(new Error('did not answer in 3 s')));
request.on('error', (error) => unhealthy(error.message));

function unhealthy(reason: string): void {
  process.stderr.write(`unhealthy: ${reason}\n`);
  process.exitCode = 1;
}
