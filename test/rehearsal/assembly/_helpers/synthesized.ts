import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

/** A folder of the test's own. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'assembly-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Synthesizes an app into `folder/cdk.out` and returns that path; validation and trees are off. */
export function synthesized(folder: string, build: (app: App) => void): string {
  const outdir = join(folder, 'cdk.out');
  const app = new App({
    outdir,
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  build(app);
  app.synth();
  return outdir;
}

/** A folder with a bundle that does nothing. */
export function aBundle(folder: string, name: string): string {
  const bundle = join(folder, name);
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'index.js'), `exports.handler = async () => ${JSON.stringify(name)};\n`);
  return bundle;
}
