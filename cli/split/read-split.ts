import { type PlatformConfig, platformSchema, type ServiceConfig } from '../../core/config/platform-schema';
import type { Problem } from '../../core/errors';
import type { FileProblem } from '../../documents/file-problem';
import { readDocument } from '../../documents/read-document';

/** A service, and the platform that it belongs to. */
export interface PlatformService {
  readonly platform: PlatformConfig;
  readonly service: ServiceConfig;
}

/** What is wrong with the platform file, or with asking for this service's split. */
export function splitProblems(
  name: string,
  file: string,
  isShown: boolean,
): readonly (Problem | FileProblem)[] {
  const { document, problems } = readDocument({ path: file, format: 'yaml' }, platformSchema);
  if (document === null) {
    return problems;
  }
  const service = document.services.find((each) => each.name === name);
  if (service === undefined) {
    const allowed = document.services.map((each) => each.name).join(', ');
    return [{ path: 'SERVICE', received: name, allowed, todo: `name a service of ${file}` }];
  }
  return isShown || service.split !== undefined
    ? []
    : [
        {
          file,
          path: `services.${name}.split`,
          received: 'nothing',
          allowed: 'versions and weights that sum to 100',
          todo: 'add `split:` to put the service under manual split; without it, its releases roll out by themselves and there is nothing to apply',
        },
      ];
}

/**
 * Reads a file that `splitProblems` found nothing wrong with.
 * @throws {Error} when it has changed since.
 */
export function readPlatformService(name: string, file: string): PlatformService {
  const { document: platform } = readDocument({ path: file, format: 'yaml' }, platformSchema);
  const service = platform?.services.find((each) => each.name === name);
  if (platform === null || service === undefined) {
    throw new Error(
      `"${file}" no longer is a platform file that names service "${name}"; run the command again`,
    );
  }
  return { platform, service };
}
