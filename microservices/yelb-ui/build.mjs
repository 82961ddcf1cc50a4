/** Bundles the server, its health check and the page into `dist/`; with `--tests`, the tests into `out/`. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const isTestBuild = process.argv.includes('--tests');
const outdir = isTestBuild ? 'out' : 'dist';
const forNode = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };

rmSync(outdir, { recursive: true, force: true });

// The page travels inside the server's bundle, as text: nothing is read from disk while serving.
const page = await build({
  entryPoints: ['src/page/page.ts'],
  bundle: true,
  write: false,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
});
await build({
  ...forNode,
  entryPoints: isTestBuild
    ? readdirSync('test')
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `test/${name}`)
    : ['src/server.ts', 'src/healthcheck.ts'],
  outdir,
  define: {
    PAGE_FILES: JSON.stringify({
      html: readFileSync('src/page/page.html', 'utf8'),
      css: readFileSync('src/page/page.css', 'utf8'),
      icon: readFileSync('src/page/icon.svg', 'utf8'),
      script: page.outputFiles[0].text,
    }),
  },
});
