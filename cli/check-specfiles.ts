import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PROTOCOLS } from '../core/config/protocols';
import type { ServiceFacts } from '../core/config/service-fit';
import { renderFileProblem } from '../documents/file-problem';
import { checkServiceFolder, SERVICE_FILES } from '../documents/service-documents';
import { EXIT_CODES } from './command';

/** What the pipeline says of its service, in variables of the check's build project. */
const variablesSchema = z.object({
  SERVICE_PROTOCOL: z.enum(PROTOCOLS),
  SERVICE_HAS_VOLUME: z.enum(['true', 'false']),
});

/**
 * `node check-specfiles FOLDER`: what each pipeline does before it builds. Bundled into one file by the platform, so
 * that a repository needs nothing for it and cannot leave it out. Prints problems as `canary validate` does, and also
 * those that only show when the files meet what platform.yaml says of the service.
 */
function main(folder: string): number {
  if (!existsSync(join(folder, 'specfiles'))) {
    console.error(
      `this commit has no folder specfiles/, so nobody knows how to build and release it; allowed: ${SERVICE_FILES.join(', ')}; copy specfiles/ of a sample service, or push the branch that has it`,
    );
    return EXIT_CODES.refused.code;
  }
  const problems = checkServiceFolder(folder, readFacts());
  for (const problem of problems) {
    console.log(renderFileProblem(problem));
  }
  if (problems.length > 0) {
    console.error(
      `${problems.length === 1 ? '1 problem' : `${problems.length} problems`}; nothing was built`,
    );
    return EXIT_CODES.refused.code;
  }
  console.log(`valid: ${SERVICE_FILES.join(', ')}`);
  return EXIT_CODES.done.code;
}

/** @throws {z.ZodError} when the platform forgot a variable. */
function readFacts(): ServiceFacts {
  const { SERVICE_PROTOCOL, SERVICE_HAS_VOLUME } = variablesSchema.parse(process.env);
  return { protocol: SERVICE_PROTOCOL, hasVolume: SERVICE_HAS_VOLUME === 'true' };
}

process.exitCode = main(process.argv[2] ?? '.');
