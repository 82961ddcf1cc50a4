/**
 * Asks the running rehearsal for something: what a Git hook and the stand-ins of a build run.
 * `node door-client.js ADDRESS KIND [ARGUMENT…]`: prints what the rehearsal says and ends with its exit code. Plain
 * JavaScript on Node's own modules: it is started many times, and by programs that know nothing of this package.
 */
const http = require('node:http');
const fs = require('node:fs');

const [address, kind, ...argv] = process.argv.slice(2);
const readsInput = kind === 'push' || argv.includes('--password-stdin');
const stdin = readsInput ? fs.readFileSync(0, 'utf8') : '';

const request = http.request(address, { method: 'POST', agent: false }, (response) => {
  let exitCode = 1;
  let pending = '';
  response.setEncoding('utf8');
  response.on('data', (chunk) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop();
    for (const line of lines) {
      const said = JSON.parse(line);
      if (said.exitCode !== undefined) exitCode = said.exitCode;
      else (said.isError ? process.stderr : process.stdout).write(`${said.line}\n`);
    }
  });
  response.on('error', fail);
  response.on('end', () => {
    process.exitCode = exitCode;
  });
});
request.on('error', fail);
request.end(
  JSON.stringify({ kind, argv, cwd: process.cwd(), stdin, build: process.env.REHEARSAL_BUILD ?? null }),
);

function fail() {
  process.stderr.write(
    kind === 'push'
      ? 'the rehearsal of this repository has ended: the push is kept, but nothing builds or releases it\n'
      : 'the rehearsal that this build belongs to has ended\n',
  );
  process.exitCode = 1;
}
