import { join } from 'node:path';
import { type PlatformConfig, platformSchema } from '../../core/config/platform-schema';
import type { FileProblem } from '../../documents/file-problem';
import { readDocument } from '../../documents/read-document';
import { type CommandArguments, EXIT_CODES, type Output } from '../command';
import { type Assembly, readAssembly } from './assembly';
import { ROOT, synthesize } from './synthesize';

/** The platform file that the command line names. */
export function platformFileOf(args: CommandArguments): string {
  return args.text('platform') ?? 'platform.yaml';
}

/** What is wrong with the platform file. */
export function deployProblems(args: CommandArguments): readonly FileProblem[] {
  return readDocument({ path: platformFileOf(args), format: 'yaml' }, platformSchema).problems;
}

/** The platform of a command line that `deployProblems` found nothing wrong with. */
export function readPlatform(args: CommandArguments): PlatformConfig {
  const { document } = readDocument({ path: platformFileOf(args), format: 'yaml' }, platformSchema);
  if (document === null) {
    throw new Error('the platform file has changed since it was checked; run the command again');
  }
  return document;
}

/** Synthesizes a platform file and reads what came out. @throws {Error} with what synthesis said. */
export async function synthesizePlatform(
  file: string,
  environment: string,
  output: Output,
): Promise<Assembly> {
  const folder = join(ROOT, 'out/deploy', environment);
  output.tell(`synthesizing ${file} …`);
  const { exitCode, told } = await synthesize(file, folder);
  if (exitCode !== 0) {
    throw new Error(`${file} could not be synthesized:\n${told}`);
  }
  return readAssembly(folder);
}

/** Applies the split of each service that has one, one after another. @returns the first exit code that is not 0. */
export async function applySplits(
  platform: PlatformConfig,
  endpoint: string | null,
  output: Output,
): Promise<number> {
  const { runSplit } = await import('../split/run-split');
  for (const service of platform.services.filter(({ split }) => split !== undefined)) {
    output.tell(`applying the split of ${service.name}`);
    const target = { platform, service, json: false, ...(endpoint === null ? {} : { endpoint }) };
    const code = await runSplit(target, output, EXIT_CODES);
    if (code !== 0) {
      return code;
    }
  }
  return EXIT_CODES.done.code;
}
