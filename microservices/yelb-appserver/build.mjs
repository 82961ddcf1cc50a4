/** Bundles the server and its health check into `dist/`; with `--tests`, the tests into `out/`. */
import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const isTestBuild = process.argv.includes('--tests');
const outdir = isTestBuild ? 'out' : 'dist';
const entryPoints = isTestBuild
  ? readdirSync('test')
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/${name}`)
  : ['src/server.ts', 'src/healthcheck.ts'];

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Optional accelerators of the two clients; neither is installed.
  external: ['pg-native', '@node-rs/xxhash', '@opentelemetry/api'],
  logLevel: 'warning',
});
