import { dirname, resolve } from 'node:path';
import { InvalidInput } from '../core/errors';
import { renderRefusal } from '../documents/file-problem';
import { buildApp } from './build-app';
import { bundleCheck, bundleFunctions } from './bundling/bundle-functions';
import { loadPlatform } from './platform-file';

/** What a synth needs to know. */
export interface SynthOptions {
  /** Folder of this repository. */
  readonly root: string;
  readonly platformFile: string;
  /** Runs cdk-nag and the template validation. */
  readonly checks: boolean;
  /** Folder for the cloud assembly. @default where the CDK CLI wants it */
  readonly outdir?: string;
  /** Told what went wrong and what to know. @default standard error */
  readonly tell?: (text: string) => void;
}

/** Exit code of a synth whose platform.yaml was refused. */
const REFUSED = 2;

/**
 * Bundles the functions and synthesizes a platform.yaml. Nothing is written before the file is found valid.
 * @returns 0, or 2 when the file was refused; then every problem has been told.
 * @throws {Error} when synthesis itself fails.
 */
export async function runSynth(options: SynthOptions): Promise<number> {
  const tell = options.tell ?? ((text: string) => process.stderr.write(`${text}\n`));
  try {
    const platform = loadPlatform(options.platformFile);
    await bundleFunctions({ root: options.root });
    await bundleCheck(options.root);
    const { app, warnings } = buildApp({
      platform,
      checks: options.checks,
      sources: resolve(dirname(options.platformFile)),
      ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    });
    app.synth();
    for (const warning of warnings) {
      tell(`warning: ${warning}`);
    }
    return 0;
  } catch (error) {
    if (error instanceof InvalidInput) {
      tell(renderRefusal(error));
      return REFUSED;
    }
    throw error;
  }
}
