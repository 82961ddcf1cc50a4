import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, version } from 'esbuild';

/** One function's bundle. */
export interface Bundle {
  readonly name: string;
  /** Size of `index.js`. */
  readonly bytes: number;
  /** Size of `index.js` compressed, about that of the zip that Lambda gets. */
  readonly zippedBytes: number;
}

/** What a bundling did. */
export interface Bundling {
  readonly bundles: readonly Bundle[];
  /** False when every source was as it was the last time. */
  readonly rebuilt: boolean;
}

/** Where the functions are, and where their bundles go. */
export interface BundleOptions {
  /** Folder that holds `lambda/`, and that output paths are relative to. */
  readonly root: string;
  /** @default `dist/functions` below `root` */
  readonly outdir?: string;
}

/** What is bundled, and where it goes. */
interface Entries {
  readonly root: string;
  readonly outdir: string;
  /** Source file below `root` by the name of its bundle. */
  readonly sources: Readonly<Record<string, string>>;
}

interface Manifest {
  /** Hash of everything that the bundles were made from. */
  readonly digest: string;
  /** Files below `root` that the bundles were made from, but for installed packages. */
  readonly inputs: readonly string[];
  readonly bundles: readonly Bundle[];
}

/** One call for all bundles of a folder: bundled, minified, ready for any Node.js from 20 on. */
const ESBUILD_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles every `lambda/<name>/handler.ts` into `<outdir>/<name>/index.js`, unless nothing has changed since.
 * @throws {Error} when there is no function, or one does not compile.
 */
export async function bundleFunctions(options: BundleOptions): Promise<Bundling> {
  return bundleEntries({
    root: options.root,
    outdir: options.outdir ?? join(options.root, 'dist/functions'),
    sources: Object.fromEntries(
      findFunctions(options.root).map((name) => [name, `lambda/${name}/handler.ts`]),
    ),
  });
}

/**
 * Bundles the check that pipelines make before a build into `dist/check/check-specfiles/index.js`, unless nothing
 * has changed since.
 * @throws {Error} when it does not compile.
 */
export async function bundleCheck(root: string): Promise<Bundling> {
  return bundleEntries({
    root,
    outdir: join(root, 'dist/check'),
    sources: { 'check-specfiles': 'cli/check-specfiles.ts' },
  });
}

async function bundleEntries({ root, outdir, sources }: Entries): Promise<Bundling> {
  const names = Object.keys(sources);
  const known = readManifest(outdir);
  if (known !== null && isCurrent(known, names, root, outdir)) {
    return { bundles: known.bundles, rebuilt: false };
  }
  const { metafile, outputFiles } = await build({
    ...ESBUILD_OPTIONS,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(sources).map(([name, file]) => [`${name}/index`, file])),
    outdir,
  });
  removeOthers(names, outdir);
  for (const file of outputFiles) {
    writeWhole(file.path, file.contents);
  }
  const inputs = ownInputs(metafile);
  const bundles = names.map((name) => measure(name, outdir));
  writeManifest(outdir, { digest: digestOf(inputs, root), inputs, bundles });
  return { bundles, rebuilt: true };
}

function findFunctions(root: string): readonly string[] {
  const folder = join(root, 'lambda');
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'handler.ts')))
    : [];
  if (names.length === 0) {
    throw new Error(`no function found in "${folder}"; expected lambda/<name>/handler.ts; check the folder`);
  }
  return names.sort();
}

function ownInputs(metafile: Metafile): readonly string[] {
  return Object.keys(metafile.inputs)
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

/** Installed packages count through the lock file, which names their exact contents. */
function digestOf(inputs: readonly string[], root: string): string {
  const hash = createHash('sha256').update(JSON.stringify([version, ESBUILD_OPTIONS]));
  for (const path of ['package-lock.json', ...inputs]) {
    const file = join(root, path);
    hash.update(`\0${path}\0`).update(existsSync(file) ? readFileSync(file) : '(missing)');
  }
  return hash.digest('hex');
}

function isCurrent(manifest: Manifest, names: readonly string[], root: string, outdir: string): boolean {
  return (
    manifest.bundles.map((bundle) => bundle.name).join() === names.join() &&
    names.every((name) => existsSync(join(outdir, name, 'index.js'))) &&
    manifest.digest === digestOf(manifest.inputs, root)
  );
}

/** Bundles of functions that are no more. */
function removeOthers(names: readonly string[], outdir: string): void {
  for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
    if (!names.includes(name)) {
      rmSync(join(outdir, name), { recursive: true, force: true });
    }
  }
}

/** Replaces a file in one step, so that a synth or a rehearsal that runs beside this one never reads half of it. */
function writeWhole(file: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = join(dirname(dirname(file)), `.${basename(dirname(file))}.${process.pid}.draft`);
  writeFileSync(draft, contents);
  renameSync(draft, file);
}

function measure(name: string, outdir: string): Bundle {
  const code = readFileSync(join(outdir, name, 'index.js'));
  return { name, bytes: code.length, zippedBytes: gzipSync(code).length };
}

/** Beside the bundles, not in one of them: what is in a bundle's folder is deployed. */
function manifestFile(outdir: string): string {
  return join(outdir, 'manifest.json');
}

function readManifest(outdir: string): Manifest | null {
  const file = manifestFile(outdir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : null;
}

function writeManifest(outdir: string, manifest: Manifest): void {
  writeWhole(manifestFile(outdir), `${JSON.stringify(manifest, null, 2)}\n`);
}
